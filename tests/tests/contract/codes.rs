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
        ("/v1.0/healthz?appid=b", "ERR_HEALTH_NOT_READY"),
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
async fn newer_errors_have_details() {
    let files = [STATE.to_owned(), events_component(&[("publishingScopes", "a=t")])];
    let world = world(files).client("a").start().await;
    let details = async |path: &str, body: Value| {
        let answer = world.sidecar("a").post(path, &body).await;
        answer.json::<Value>().await.unwrap()["details"].clone()
    };
    let info = |reason: &str, metadata: Value| {
        json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "dapr.io",
               "metadata": metadata})
    };
    assert_eq!(
        details("/v1.0/publish/nowhere/t", json!(1)).await,
        json!([info("DAPR_PUBSUB_NOT_FOUND", json!({}))])
    );
    let message = "topic u is not allowed for app id a";
    let resource = json!({"@type": "type.googleapis.com/google.rpc.ResourceInfo", "resource_type": "pubsub",
                          "resource_name": "events", "owner": "", "description": message});
    let forbidden = info("DAPR_PUBSUB_FORBIDDEN", json!({"error": message, "topic": "u"}));
    assert_eq!(details("/v1.0/publish/events/u", json!(1)).await, json!([resource, forbidden]));
    assert_eq!(
        details("/v1.0/state/nowhere", json!([])).await,
        json!([info("DAPR_STATE_NOT_FOUND", json!({"appID": "a"}))])
    );
    assert_eq!(
        details("/v1.0/jobs/j", json!({})).await,
        json!([info(
            "DAPR_SCHEDULER_SCHEDULE_EMPTY",
            json!({"appID": "a", "namespace": "default"})
        )])
    );
}

#[tokio::test]
async fn topics_have_kafkas_names_and_put_publishes_too() {
    let app = TestApp::start(ok).await;
    let files = [events_component(&[]), subscription("a", "t.x-y_z", None)];
    let world = world(files).app("a", app.port).start().await;
    let put = async |topic: &str| {
        let call = world.sidecar("a").call(Method::PUT, &format!("/v1.0/publish/events/{topic}"));
        call.json(&json!(1)).send().await.unwrap()
    };
    assert_eq!(put("t.x-y_z").await.status(), 204);
    let call = app.calls.wait_for("/events/t.x-y_z", 1).await.remove(0);
    assert_eq!(call.json()["topic"], "t.x-y_z");
    for illegal in ["t/x", "t+x", "t%20x"] {
        let refused = put(illegal).await;
        assert_eq!(refused.status(), 500, "{illegal}");
        let body: Value = refused.json().await.unwrap();
        assert_eq!(body["errorCode"], "ERR_PUBSUB_PUBLISH_MESSAGE", "{illegal}");
    }
}
