//! Retries of components: state, bindings, and the cron binding's triggers.

use serde_json::json;
use todo_local_runtime::database::PrivatePostgres;

use crate::support::{TestApp, ok, world};

fn retry(component: &str, direction: &str) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {{ name: r }}\nspec:\n  policies:\n    retries:\n      \
         some: {{ duration: 20ms, maxRetries: 10000 }}\n  targets:\n    components:\n      {component}: {{ {direction}: {{ retry: some }} }}\n"
    )
}

#[tokio::test]
async fn a_binding_is_called_again() {
    let app =
        TestApp::start(|call, before| if before < 2 { (503, String::new()) } else { ok(call, 0) })
            .await;
    let binding = format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: hook }}\nspec:\n  type: bindings.http\n  version: v1\n  \
         metadata:\n  - {{ name: url, value: \"http://127.0.0.1:{}/hook\" }}\n",
        app.port
    );
    let world = world([binding, retry("hook", "outbound")]).client("a").start().await;
    let body = json!({ "operation": "post", "data": { "n": 1 } });
    let answer = world.sidecar("a").post("/v1.0/bindings/hook", &body).await;
    assert_eq!(answer.status(), 200);
    let calls = app.calls.posts("/hook");
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.json() == json!({ "n": 1 })));
}

#[tokio::test]
async fn state_waits_for_its_database_but_a_conflict_is_told_at_once() {
    let mut server = PrivatePostgres::temporary().await.unwrap();
    server.create_database("state").await.unwrap();
    let store = format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: s }}\nspec:\n  type: state.postgresql\n  version: v2\n  \
         metadata:\n  - {{ name: connectionString, value: \"{}\" }}\n",
        server.url("state")
    );
    let world = world([store, retry("s", "outbound")]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let item = |value: i64| json!([{ "key": "k", "value": value }]);
    assert_eq!(sidecar.post("/v1.0/state/s", &item(1)).await.status(), 204);
    let stale = json!([{ "key": "k", "value": 0, "etag": uuid::Uuid::new_v4() }]);
    assert_eq!(sidecar.post("/v1.0/state/s", &stale).await.status(), 409);
    server.interrupt().await.unwrap();
    let saved = item(2);
    let (saved, back) = tokio::join!(sidecar.post("/v1.0/state/s", &saved), server.resume());
    back.unwrap();
    assert_eq!(saved.status(), 204, "{}", saved.text().await.unwrap());
    let read = sidecar.get("/v1.0/state/s/k").send().await.unwrap();
    assert_eq!(read.text().await.unwrap(), "2");
}

#[tokio::test]
async fn under_a_retry_a_cron_trigger_is_repeated_until_a_200() {
    // Without a policy a 204 would do.
    let app = TestApp::start(|_, before| match before {
        0 => (500, String::new()),
        1 => (204, String::new()),
        _ => (200, String::new()),
    })
    .await;
    let cron = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: tick }\nspec:\n  type: bindings.cron\n  version: v1\n  \
        metadata:\n  - { name: schedule, value: \"@every 1s\" }\n  - { name: direction, value: input }\n";
    let world = world([cron.to_owned(), retry("tick", "inbound")]).app("a", app.port).start().await;
    let calls = app.calls.wait_for("/tick", 3).await;
    let tick = |call: &crate::support::Received| call.header("readtimeutc").to_owned();
    assert_eq!(tick(&calls[0]), tick(&calls[2]), "one tick");
    drop(world);
}
