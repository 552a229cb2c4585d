//! The list of allowed parts of the API.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, UNIMPLEMENTED, events_component, ok, only_on, world};

const CONFIGURATION: &str = "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec:\n  api:\n    allowed:\n";

fn only(rules: &str) -> String {
    format!("{CONFIGURATION}{rules}")
}

#[tokio::test]
async fn what_is_not_allowed_is_taken_for_an_invocation() {
    let app = TestApp::start(ok).await;
    let rules = "    - { name: publish, version: v1.0, protocol: http }\n    - { name: invoke, version: v1.0, protocol: http }\n";
    let world =
        world([events_component(&[])]).app("a", app.port).configuration(&only(rules)).start().await;
    let sidecar = world.sidecar("a");
    let served = sidecar.post("/v1.0/publish/none/t", &json!(1)).await;
    assert_eq!(served.json::<Value>().await.unwrap()["errorCode"], "ERR_PUBSUB_NOT_FOUND");
    let refused = sidecar.get("/v1.0/metadata").send().await.unwrap();
    assert_eq!(refused.status(), 404);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["errorCode"], "ERR_DIRECT_INVOKE");
    let shutdown = sidecar.call(Method::POST, "/v1.0/shutdown").send().await.unwrap();
    assert_eq!(shutdown.status(), 404);
    assert_eq!(sidecar.get("/v1.0/healthz").send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn without_invocation_there_is_nothing_else() {
    let app = TestApp::start(ok).await;
    let rules = "    - { name: publish, version: v1.0, protocol: http }\n";
    let world =
        world([events_component(&[])]).app("a", app.port).configuration(&only(rules)).start().await;
    let sidecar = world.sidecar("a");
    for path in ["/v1.0/metadata", "/v1.0/invoke/a/method/x", "/v1.0/nothing"] {
        let refused = sidecar.get(path).send().await.unwrap();
        assert_eq!(refused.status(), 404, "{path}");
        assert_eq!(refused.text().await.unwrap().trim(), "404 page not found", "{path}");
    }
}

#[tokio::test]
async fn a_rule_without_its_protocol_allows_everything() {
    let app = TestApp::start(ok).await;
    let rules = "    - { name: publish, version: v1.0 }\n";
    let world =
        world([events_component(&[])]).app("a", app.port).configuration(&only(rules)).start().await;
    assert_eq!(world.sidecar("a").get("/v1.0/metadata").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_list_for_http_alone_allows_everything_over_grpc() {
    only_on!(Dapr, "sidecars of the local runtime do not speak gRPC");
    let app = TestApp::start(ok).await;
    let rules = "    - { name: publish, version: v1.0, protocol: http }\n";
    let world = world([events_component(&[])])
        .app("a", app.port)
        .tokens("api", "app")
        .configuration(&only(rules))
        .start()
        .await;
    for method in ["GetMetadata", "TryLockAlpha1", "Shutdown"] {
        assert_ne!(world.grpc("a", method).await, UNIMPLEMENTED, "{method}");
    }
    let sidecar = world.sidecar("a");
    sidecar.wait_for(async || sidecar.get("/v1.0/healthz").send().await.is_err()).await;
}

#[tokio::test]
async fn the_suites_own_list_closes_grpc_too() {
    only_on!(Dapr, "sidecars of the local runtime do not speak gRPC");
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[])])
        .app("a", app.port)
        .tokens("api", "app")
        .configuration(include_str!("../../../dapr/config.yaml"))
        .start()
        .await;
    assert_eq!(world.grpc("a", "GetMetadata").await, 0);
    for method in ["Shutdown", "TryLockAlpha1", "PublishEvent", "InvokeService", "GetState"] {
        assert_eq!(world.grpc("a", method).await, UNIMPLEMENTED, "{method}");
    }
    assert_eq!(world.sidecar("a").get("/v1.0/healthz").send().await.unwrap().status(), 204);
}
