//! Statuses and error codes that no other test needs.

use reqwest::Method;
use serde_json::{Value, json};
use todo_local_runtime::AppConfig;

use crate::support::{Sidecar, TestApp, events_component, ok, subscription, world};

const STATE: &str = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: state }\nspec:\n  type: state.postgresql\n  \
    version: v2\n  metadata:\n  - { name: connectionString, value: \"DATABASE\" }\n";
const NO_FILES: [&str; 0] = [];

/// Status and `errorCode` of a call.
async fn code(sidecar: &Sidecar, method: Method, path: &str, body: &'static str) -> (u16, String) {
    let answer = sidecar.call(method, path).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["errorCode"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn health_tells_what_is_missing() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let world = world(NO_FILES)
        .configured_app(AppConfig {
            health_check_path: Some("/healthz".to_owned()),
            ..AppConfig::new("a", port)
        })
        .start()
        .await;
    let sidecar = world.sidecar("a");
    for (path, expected) in [
        ("/v1.0/healthz", "ERR_HEALTH_NOT_READY"),
        ("/v1.0/healthz?appid=b", "ERR_HEALTH_APPID_NOT_MATCH"),
    ] {
        assert_eq!(code(&sidecar, Method::GET, path, "").await, (500, expected.to_owned()));
    }
}

#[tokio::test]
async fn without_components_everything_says_so() {
    let world = world(NO_FILES).client("a").start().await;
    let sidecar = world.sidecar("a");
    for (method, path, status, expected) in [
        (Method::GET, "/v1.0/state/s/k", 500, "ERR_STATE_STORE_NOT_CONFIGURED"),
        (Method::GET, "/v1.0/secrets/s/k", 500, "ERR_SECRET_STORES_NOT_CONFIGURED"),
        (Method::GET, "/v1.0/secrets/s/bulk", 500, "ERR_SECRET_STORES_NOT_CONFIGURED"),
        (Method::POST, "/v1.0/publish/p/t", 404, "ERR_PUBSUB_NOT_FOUND"),
        (Method::POST, "/v1.0/publish/bulk/p/t", 404, "ERR_PUBSUB_NOT_FOUND"),
    ] {
        let found = code(&sidecar, method, path, "").await;
        assert_eq!(found, (status, expected.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_malformed() {
    let world = world([STATE.to_owned(), events_component(&[])]).client("a").start().await;
    let sidecar = world.sidecar("a");
    for path in [
        "/v1.0/state/state",
        "/v1.0/state/state/bulk",
        "/v1.0/state/state/transaction",
        "/v1.0/bindings/b",
        "/v1.0/jobs/j",
    ] {
        let found = code(&sidecar, Method::POST, path, "{").await;
        assert_eq!(found, (400, "ERR_MALFORMED_REQUEST".to_owned()), "{path}");
    }
    let found = code(&sidecar, Method::POST, "/v1.0/publish/bulk/events/t", "{").await;
    assert_eq!(found, (400, "ERR_PUBSUB_EVENTS_SER".to_owned()));
    let found = code(&sidecar, Method::POST, "/v1.0/bindings/b", "{}").await;
    assert_eq!(found, (500, "ERR_INVOKE_OUTPUT_BINDING".to_owned()));
}

#[tokio::test]
async fn version_conflicts_have_the_code_of_their_operation() {
    let world = world([STATE]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let stale = "00000000-0000-0000-0000-000000000000";
    let item = json!([{ "key": "k", "value": 1, "etag": stale }]);
    let saved = sidecar.post("/v1.0/state/state", &item).await;
    assert_eq!(saved.status(), 409);
    assert_eq!(saved.json::<Value>().await.unwrap()["errorCode"], "ERR_STATE_SAVE");
    sidecar.post("/v1.0/state/state", &json!([{ "key": "k", "value": 1 }])).await;
    let deleted = sidecar.call(Method::DELETE, "/v1.0/state/state/k").header("if-match", stale);
    let deleted = deleted.send().await.unwrap();
    assert_eq!(deleted.status(), 409);
    assert_eq!(deleted.json::<Value>().await.unwrap()["errorCode"], "ERR_STATE_DELETE");
}

#[tokio::test]
async fn newer_errors_name_the_resource() {
    let world = world(NO_FILES).client("a").start().await;
    let answer = world.sidecar("a").post("/v1.0/publish/nowhere/t", &json!(1)).await;
    let body: Value = answer.json().await.unwrap();
    let [info, resource] = &body["details"].as_array().unwrap()[..] else { panic!("{body:#}") };
    assert_eq!(info["@type"], "type.googleapis.com/google.rpc.ErrorInfo");
    assert_eq!(
        (&info["reason"], &info["domain"]),
        (&json!("ERR_PUBSUB_NOT_FOUND"), &json!("dapr.io"))
    );
    assert_eq!(resource["@type"], "type.googleapis.com/google.rpc.ResourceInfo");
    assert_eq!(
        (&resource["resource_type"], &resource["resource_name"], &resource["owner"]),
        (&json!("pubsub"), &json!("nowhere"), &json!("a"))
    );
}

#[tokio::test]
async fn topics_may_hold_slashes_and_put_publishes_too() {
    let app = TestApp::start(ok).await;
    let slashed = subscription("a", "t/x y", None);
    let slashed = slashed.replace("a-t/x y", "slashed").replace("/events/t/x y", "/slashed");
    let world = world([events_component(&[]), slashed]).app("a", app.port).start().await;
    let put = world.sidecar("a").call(Method::PUT, "/v1.0/publish/events/t/x+y");
    assert_eq!(put.json(&json!(1)).send().await.unwrap().status(), 204);
    assert_eq!(app.calls.wait_for("/slashed", 1).await[0].json()["topic"], "t/x y");
}
