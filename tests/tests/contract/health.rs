//! Readiness, and the pause while an application is unhealthy.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use todo_local_runtime::AppConfig;

use crate::support::{TestApp, events_component, ok, subscription, world};

#[tokio::test]
async fn outbound_calls_work_before_the_application_listens() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let mut config = AppConfig::new("a", port);
    config.health_check_path = Some("/healthz".to_owned());
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .configured_app(config)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    let status = async |path: &str| sidecar.get(path).send().await.unwrap().status().as_u16();
    assert_eq!(status("/v1.0/healthz/outbound").await, 204);
    assert_eq!(status("/v1.0/healthz").await, 500);
    sidecar.publish("t", "", &json!(1)).await;
    let app = TestApp::start_on(port, ok).await;
    app.calls.wait_for("/events/t", 1).await;
    sidecar.wait_until_ready().await;
    assert_eq!(status("/v1.0/healthz?appid=a").await, 204);
    assert_eq!(status("/v1.0/healthz?appid=b").await, 500);
}

#[tokio::test]
async fn an_unhealthy_application_is_left_alone() {
    let sick = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&sick);
    let app = TestApp::start(move |call, _| {
        if state.load(Ordering::SeqCst) { (503, String::new()) } else { ok(call, 0) }
    })
    .await;
    let mut config = AppConfig::new("a", app.port);
    config.health_check_path = Some("/healthz".to_owned());
    config.health_probe_interval = Duration::from_millis(20);
    config.health_threshold = 2;
    let files = [events_component(&[]), subscription("a", "t", None)];
    let world = world(files).configured_app(config).client("caller").start().await;
    let sidecar = world.sidecar("a");
    sidecar.wait_until_ready().await;
    sick.store(true, Ordering::SeqCst);
    // Invocation is refused once the sidecar has noticed.
    let caller = world.sidecar("caller");
    caller
        .wait_for(async || {
            let answer = caller.get("/v1.0/invoke/a/method/m").send().await.unwrap();
            answer.status() == 500
                && answer.text().await.unwrap().contains("not in a healthy state")
        })
        .await;
    let past = "2020-01-01T00:00:00Z";
    sidecar.publish("t", "", &json!(1)).await;
    let job = json!({"dueTime": past, "data": 1, "failurePolicy": {"drop": {}}});
    assert_eq!(sidecar.post("/v1.0/jobs/j", &job).await.status(), 204);
    let probes = || app.calls.all().iter().filter(|c| c.path == "/healthz").count();
    let before = probes();
    sidecar.wait_for(async || probes() > before + 3).await;
    assert!(app.calls.posts("/events/t").is_empty() && app.calls.posts("/job/j").is_empty());
    sick.store(false, Ordering::SeqCst);
    app.calls.wait_for("/events/t", 1).await;
    assert_eq!(app.calls.wait_for("/job/j", 1).await.len(), 1, "no attempt was lost");
}

#[tokio::test]
async fn metadata_describe_the_sidecar() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", Some("d"))])
        .app("a", app.port)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    let put = sidecar
        .call(reqwest::Method::PUT, "/v1.0/metadata/colour")
        .body("red")
        .send()
        .await
        .unwrap();
    assert_eq!(put.status(), 204);
    let metadata: Value = sidecar.get("/v1.0/metadata").send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["id"], "a");
    assert_eq!(metadata["extended"]["colour"], "red");
    assert_eq!(metadata["components"][0]["type"], "pubsub.kafka");
    assert_eq!(metadata["subscriptions"][0]["deadLetterTopic"], "d");
    assert_eq!(metadata["appConnectionProperties"]["port"], app.port);
}

#[tokio::test]
async fn shutdown_ends_one_sidecar_only() {
    let (first, second) = (TestApp::start(ok).await, TestApp::start(ok).await);
    let world =
        world([events_component(&[])]).app("a", first.port).app("b", second.port).start().await;
    let sidecar = world.sidecar("a");
    assert_eq!(
        sidecar.call(reqwest::Method::POST, "/v1.0/shutdown").send().await.unwrap().status(),
        204
    );
    sidecar.wait_for(async || sidecar.get("/v1.0/healthz").send().await.is_err()).await;
    assert_eq!(world.sidecar("b").get("/v1.0/healthz").send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn failures_add_up_though_successes_come_between() {
    // Every third probe fails.
    let app = TestApp::start(|call, before| {
        if call.path == "/healthz" && before % 3 == 2 { (503, String::new()) } else { ok(call, 0) }
    })
    .await;
    let config = AppConfig {
        health_check_path: Some("/healthz".to_owned()),
        health_probe_interval: Duration::from_millis(20),
        health_threshold: 3,
        ..AppConfig::new("a", app.port)
    };
    let no_files: [&str; 0] = [];
    let world = world(no_files).configured_app(config).client("caller").start().await;
    world.sidecar("a").wait_until_ready().await;
    let caller = world.sidecar("caller");
    caller
        .wait_for(async || {
            caller.get("/v1.0/invoke/a/method/m").send().await.unwrap().status() == 500
        })
        .await;
}
