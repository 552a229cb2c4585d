//! `dapr-api-token` in both directions.

use reqwest::Method;
use serde_json::json;
use todo_local_runtime::AppConfig;

use crate::support::{TestApp, events_component, ok, subscription, world};

#[tokio::test]
async fn tokens_are_demanded_and_sent() {
    let app = TestApp::start(ok).await;
    let mut config = AppConfig::new("a", app.port);
    config.health_check_path = Some("/healthz".to_owned());
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .tokens("api", "app")
        .configured_app(config)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    sidecar.wait_until_ready().await;
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    for token in [None, Some("wrong")] {
        let mut request = bare.get(format!("{}/v1.0/metadata", sidecar.base));
        if let Some(token) = token {
            request = request.header("dapr-api-token", token);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.text().await.unwrap(), "invalid api token\n");
    }
    for path in ["/v1.0/healthz", "/v1.0/healthz/outbound"] {
        assert_eq!(bare.get(format!("{}{path}", sidecar.base)).send().await.unwrap().status(), 204);
    }
    sidecar.publish("t", "", &json!(1)).await;
    assert_eq!(app.calls.wait_for("/events/t", 1).await[0].header("dapr-api-token"), "app");
    sidecar.post("/v1.0/jobs/j", &json!({"dueTime": "0s", "data": 1})).await;
    assert_eq!(app.calls.wait_for("/job/j", 1).await[0].header("dapr-api-token"), "app");
    let invoked = sidecar.call(Method::POST, "/v1.0/invoke/a/method/m").send().await.unwrap();
    assert_eq!(invoked.status(), 200);
    let tokens = app.calls.posts("/m")[0].headers.get_all("dapr-api-token").iter().count();
    assert_eq!((app.calls.posts("/m")[0].header("dapr-api-token"), tokens), ("app", 1));
    let others = app.calls.all().into_iter().filter(|call| call.path != "/healthz");
    assert!(others.into_iter().all(|call| call.header("dapr-api-token") == "app"));
    let probes: Vec<_> = app.calls.all().into_iter().filter(|c| c.path == "/healthz").collect();
    assert!(!probes.is_empty() && probes.iter().all(|c| c.header("dapr-api-token").is_empty()));
}
