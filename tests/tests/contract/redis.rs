//! `state.redis` in the place of `state.postgresql`, before a real Redis.

use reqwest::Method;
use serde_json::{Value, json};
use todo_tests::Redis;

use crate::support::{Sidecar, World, only_on, world};

fn component(redis: &Redis) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: state }}\nspec:\n  type: state.redis\n  \
         version: v1\n  metadata:\n  - {{ name: redisHost, value: \"{}\" }}\n",
        redis.address()
    )
}

async fn stores() -> (Redis, World) {
    let redis = Redis::start().await.unwrap();
    let world = world([component(&redis)]).client("a").client("b").start().await;
    (redis, world)
}

async fn save(sidecar: &Sidecar, items: Value) -> u16 {
    sidecar.post("/v1.0/state/state", &items).await.status().as_u16()
}

async fn read(sidecar: &Sidecar, key: &str) -> (u16, String, String) {
    let answer = sidecar.get(&format!("/v1.0/state/state/{key}")).send().await.unwrap();
    let etag = answer.headers().get("etag").map(|etag| etag.to_str().unwrap().to_owned());
    (answer.status().as_u16(), etag.unwrap_or_default(), answer.text().await.unwrap())
}

#[tokio::test]
async fn values_come_back_and_go() {
    only_on!(Dapr, "the local runtime has no Redis");
    let (_redis, world) = stores().await;
    let sidecar = world.sidecar("a");
    let items = json!([{"key": "k", "value": {"b": 1, "a": "x"}}, {"key": "t", "value": "text"}]);
    assert_eq!(save(&sidecar, items).await, 204);
    let (status, etag, value) = read(&sidecar, "k").await;
    // In any order, unlike PostgreSQL's.
    let value: Value = serde_json::from_str(&value).unwrap();
    assert_eq!((status, value), (200, json!({"a": "x", "b": 1})));
    assert!(!etag.is_empty() && !etag.contains('"'));
    assert_eq!(read(&sidecar, "t").await.2, "\"text\"");
    assert_eq!(read(&world.sidecar("b"), "k").await.0, 204, "keys are per app");
    for _ in 0..2 {
        let gone = sidecar.call(Method::DELETE, "/v1.0/state/state/k").send().await.unwrap();
        assert_eq!(gone.status(), 204);
    }
    assert_eq!(read(&sidecar, "k").await, (204, String::new(), String::new()));
    let bulk = sidecar.post("/v1.0/state/state/bulk", &json!({"keys": ["t", "none"]})).await;
    let found: Vec<Value> = bulk.json().await.unwrap();
    let of = |key: &str| found.iter().find(|item| item["key"] == key).unwrap();
    assert_eq!(of("t")["data"], "text");
    assert!(of("none").get("data").is_none());
}

#[tokio::test]
async fn versions_guard_writes() {
    only_on!(Dapr, "the local runtime has no Redis");
    let (_redis, world) = stores().await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "k", "value": 1}])).await;
    let first = read(&sidecar, "k").await.1;
    assert_eq!(save(&sidecar, json!([{"key": "k", "value": 2, "etag": first}])).await, 204);
    assert_eq!(save(&sidecar, json!([{"key": "k", "value": 3, "etag": first}])).await, 409);
    let only_new = json!([{"key": "k", "value": 3, "options": {"concurrency": "first-write"}}]);
    assert_eq!(save(&sidecar, only_new).await, 204, "a trap: without an etag this guards nothing");
    let delete =
        |etag: String| sidecar.call(Method::DELETE, "/v1.0/state/state/k").header("if-match", etag);
    assert_eq!(delete(first).send().await.unwrap().status(), 409);
    let now = read(&sidecar, "k").await.1;
    assert_eq!(delete(now).send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn values_expire_and_transactions_work() {
    only_on!(Dapr, "the local runtime has no Redis");
    let (_redis, world) = stores().await;
    let sidecar = world.sidecar("a");
    save(&sidecar, json!([{"key": "k", "value": 1, "metadata": {"ttlInSeconds": "1"}}])).await;
    sidecar.wait_for(async || read(&sidecar, "k").await.0 == 204).await;
    save(&sidecar, json!([{"key": "old", "value": 1}])).await;
    let operations = json!([{"operation": "upsert", "request": {"key": "new", "value": 1}},
                            {"operation": "delete", "request": {"key": "old"}}]);
    let body = json!({"operations": operations});
    assert_eq!(sidecar.post("/v1.0/state/state/transaction", &body).await.status(), 204);
    assert_eq!((read(&sidecar, "new").await.0, read(&sidecar, "old").await.0), (200, 204));
    let stale =
        json!([{"operation": "upsert", "request": {"key": "new", "value": 2, "etag": "77"}}]);
    let failed = sidecar.post("/v1.0/state/state/transaction", &json!({"operations": stale})).await;
    assert_eq!(failed.status(), 500);
    assert_eq!(read(&sidecar, "new").await.2, "1");
}
