//! The state API over `state.postgresql` v2.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Sidecar, World, world};

fn store(extra: &str) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: state }}\nspec:\n  type: state.postgresql\n  \
         version: v2\n  metadata:\n  - {{ name: connectionString, value: \"DATABASE\" }}\n{extra}"
    )
}

async fn stores(extra: &str) -> World {
    world([store(extra)]).client("a").client("b").start().await
}

async fn save(sidecar: &Sidecar, items: Value) -> u16 {
    sidecar.post("/v1.0/state/state", &items).await.status().as_u16()
}

async fn etag(sidecar: &Sidecar, key: &str) -> String {
    let answer = sidecar.get(&format!("/v1.0/state/state/{key}")).send().await.unwrap();
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn values_come_back_and_go() {
    let world = stores("").await;
    let sidecar = world.sidecar("a");
    assert_eq!(save(&sidecar, json!([])).await, 204);
    assert_eq!(
        save(
            &sidecar,
            json!([{"key": "k", "value": {"b": 1, "a": "x"}}, {"key": "t", "value": "text"}])
        )
        .await,
        204
    );
    let found = sidecar.get("/v1.0/state/state/k").send().await.unwrap();
    assert_eq!(found.status(), 200);
    assert!(!found.headers()["etag"].to_str().unwrap().contains('"'));
    assert_eq!(found.text().await.unwrap(), r#"{"a":"x","b":1}"#);
    assert_eq!(
        sidecar.get("/v1.0/state/state/t").send().await.unwrap().text().await.unwrap(),
        "\"text\""
    );
    assert_eq!(
        world.sidecar("b").get("/v1.0/state/state/k").send().await.unwrap().status(),
        204,
        "keys are per app"
    );
    for _ in 0..2 {
        assert_eq!(
            sidecar.call(Method::DELETE, "/v1.0/state/state/k").send().await.unwrap().status(),
            204
        );
    }
    let gone = sidecar.get("/v1.0/state/state/k").send().await.unwrap();
    assert_eq!((gone.status().as_u16(), gone.bytes().await.unwrap().len()), (204, 0));
}

#[tokio::test]
async fn versions_guard_writes() {
    let world = stores("").await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "k", "value": 1}])).await;
    let first = etag(&sidecar, "k").await;
    assert_eq!(save(&sidecar, json!([{"key": "k", "value": 2, "etag": first}])).await, 204);
    assert_eq!(save(&sidecar, json!([{"key": "k", "value": 3, "etag": first}])).await, 409);
    assert_eq!(save(&sidecar, json!([{"key": "k", "value": 3, "etag": "malformed"}])).await, 409);
    let only_new = json!([{"key": "k", "value": 3, "options": {"concurrency": "first-write"}}]);
    assert_eq!(save(&sidecar, only_new).await, 500);
    let delete =
        |etag: String| sidecar.call(Method::DELETE, "/v1.0/state/state/k").header("if-match", etag);
    assert_eq!(delete(first).send().await.unwrap().status(), 409);
    assert_eq!(delete(etag(&sidecar, "k").await).send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn expired_values_are_gone() {
    let world = stores("").await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "k", "value": 1, "metadata": {"ttlInSeconds": "1"}}])).await;
    let found = sidecar.get("/v1.0/state/state/k").send().await.unwrap();
    assert!(found.headers().contains_key("metadata.ttlexpiretime"));
    sidecar
        .wait_for(async || sidecar.get("/v1.0/state/state/k").send().await.unwrap().status() == 204)
        .await;
    assert_eq!(
        save(&sidecar, json!([{"key": "k", "value": 1, "metadata": {"ttlInSeconds": "soon"}}]))
            .await,
        500
    );
}

#[tokio::test]
async fn transactions_are_all_or_nothing() {
    let world = stores("").await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "old", "value": 1}])).await;
    let transact = async |operations: Value| {
        sidecar.post("/v1.0/state/state/transaction", &json!({"operations": operations})).await
    };
    let works = json!([{"operation": "upsert", "request": {"key": "new", "value": 1}},
                       {"operation": "delete", "request": {"key": "old"}}]);
    assert_eq!(transact(works).await.status(), 204);
    assert_eq!(sidecar.get("/v1.0/state/state/old").send().await.unwrap().status(), 204);
    let fails = json!([{"operation": "upsert", "request": {"key": "never", "value": 1}},
                       {"operation": "upsert", "request": {"key": "new", "value": 2, "etag": "00000000-0000-0000-0000-000000000000"}}]);
    let failed = transact(fails).await;
    assert_eq!(failed.status(), 500);
    assert_eq!(failed.json::<Value>().await.unwrap()["errorCode"], "ERR_STATE_TRANSACTION");
    assert_eq!(sidecar.get("/v1.0/state/state/never").send().await.unwrap().status(), 204);
    assert_eq!(transact(json!([])).await.status(), 204);
}

#[tokio::test]
async fn bulk_reads_and_refusals() {
    let world = stores("  - { name: keyPrefix, value: name }\n").await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "k", "value": [1]}])).await;
    let answer =
        world.sidecar("b").post("/v1.0/state/state/bulk", &json!({"keys": ["k", "none"]})).await;
    let found: Value = answer.json().await.unwrap();
    assert_eq!(
        (&found[0]["key"], &found[0]["data"]),
        (&json!("k"), &json!([1])),
        "shared by its prefix"
    );
    assert_eq!(found[1], json!({"key": "none"}));

    let unknown = sidecar.get("/v1.0/state/other/k").send().await.unwrap();
    assert_eq!(unknown.status(), 400);
    assert_eq!(unknown.json::<Value>().await.unwrap()["errorCode"], "ERR_STATE_STORE_NOT_FOUND");
    assert_eq!(
        sidecar.post("/v1.0/state/state", &json!({"key": "k"})).await.status(),
        400,
        "no array"
    );
    assert_eq!(save(&sidecar, json!([{"key": "a||b", "value": 1}])).await, 400);
    let single = sidecar.post("/v1.0/state/state/k", &json!(1)).await;
    assert_eq!(single.status(), 404);
    assert_eq!(single.json::<Value>().await.unwrap()["errorCode"], "ERR_DIRECT_INVOKE");
}

#[tokio::test]
async fn keys_carry_the_application_and_numbers_go_through_a_float64() {
    let database = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: db }\nspec:\n  type: bindings.postgresql\n  \
        version: v1\n  metadata:\n  - { name: connectionString, value: \"DATABASE\" }\n";
    let world = world([store(""), database.to_owned()]).client("a").start().await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "k", "value": 9_007_199_254_740_993_i64}])).await;
    let rows = "SELECT key, convert_from(value, 'UTF8') FROM state";
    let rows: Value = sidecar.binding("db", "query", rows, "").await.json().await.unwrap();
    assert_eq!(rows, json!([["a||k", "9007199254740992"]]));
}
