//! Circuit breakers: per method of an application, per component.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};

use crate::support::{Received, TestApp, events_component, ok, subscription, world};

fn resiliency(breaker: &str, targets: &str) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {{ name: r }}\nspec:\n  policies:\n    circuitBreakers:\n      \
         cb: {breaker}\n  targets: {targets}\n"
    )
}

/// Answers 500 while it is broken.
async fn breakable() -> (TestApp, Arc<AtomicBool>) {
    let broken = Arc::new(AtomicBool::new(true));
    let state = Arc::clone(&broken);
    let app = TestApp::start(move |call: &Received, before| {
        if state.load(Ordering::SeqCst) { (500, "broken".to_owned()) } else { ok(call, before) }
    })
    .await;
    (app, broken)
}

#[tokio::test]
async fn a_method_that_keeps_failing_is_not_called_for_a_while() {
    let (app, broken) = breakable().await;
    let policy = resiliency(
        "{ timeout: 3s, trip: consecutiveFailures >= 3 }",
        "{ apps: { callee: { circuitBreaker: cb } } }",
    );
    let world = world([policy]).app("callee", app.port).client("caller").start().await;
    let caller = world.sidecar("caller");
    let call = async |method: &str| {
        let answer = caller.post(&format!("/v1.0/invoke/callee/method/{method}"), &json!(1)).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for _ in 0..3 {
        assert_eq!(call("m").await, (500, "broken".to_owned()), "the application's own answer");
    }
    let (status, text) = call("m").await;
    let error: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &error["errorCode"]), (500, &json!("ERR_DIRECT_INVOKE")));
    assert!(error["message"].as_str().unwrap().contains("circuit breaker is open"), "{error}");
    assert_eq!(app.calls.posts("/m").len(), 3);
    assert_eq!(call("n").await.1, "broken", "another method has another breaker");
    broken.store(false, Ordering::SeqCst);
    caller.wait_for(async || call("m").await.0 == 200).await;
    assert_eq!(call("m").await.0, 200);
}

#[tokio::test]
async fn an_open_breaker_sends_events_straight_to_the_dead_letters() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" => (500, String::new()),
        _ => ok(call, before),
    })
    .await;
    let policy = resiliency(
        "{ timeout: 1h, trip: consecutiveFailures >= 2 }",
        "{ components: { events: { inbound: { circuitBreaker: cb } } } }",
    );
    let files = [
        events_component(&[]),
        subscription("a", "t", Some("t.dead")),
        subscription("b", "t.dead", None),
        policy + "scopes: [a]\n",
    ];
    let world = world(files).app("a", app.port).app("b", app.port).start().await;
    for number in 0..4 {
        world.sidecar("b").publish("t", "?metadata.partitionKey=k", &json!(number)).await;
    }
    app.calls.wait_for("/events/t.dead", 4).await;
    assert_eq!(app.calls.posts("/events/t").len(), 2);
    let published = world.sidecar("a").post("/v1.0/publish/events/t", &json!(4)).await;
    assert_eq!(published.status(), 204, "the other direction has no breaker");
}

#[tokio::test]
async fn both_directions_of_a_component_share_one_breaker() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" => (500, String::new()),
        _ => ok(call, before),
    })
    .await;
    let policy = resiliency(
        "{ timeout: 1h, trip: totalFailures >= 2 }",
        "{ components: { events: { inbound: { circuitBreaker: cb }, outbound: { circuitBreaker: cb } } } }",
    );
    let files = [
        events_component(&[("backOffDuration", "20ms")]),
        subscription("a", "t", Some("t.dead")),
        subscription("b", "t.dead", None),
        policy + "scopes: [a]\n",
    ];
    let world = world(files).app("a", app.port).app("b", app.port).start().await;
    for number in 0..2 {
        world.sidecar("b").publish("t", "?metadata.partitionKey=k", &json!(number)).await;
    }
    // The second failure opens it; from then on nothing can be published, not even the second dead letter.
    app.calls.wait_for("/events/t", 2).await;
    let publish = async || world.sidecar("a").post("/v1.0/publish/events/u", &json!(1)).await;
    world.sidecar("b").wait_for(async || publish().await.status() == 500).await;
    assert!(publish().await.text().await.unwrap().contains("circuit breaker is open"));
    let dead = app.calls.wait_for("/events/t.dead", 1).await;
    assert_eq!((dead.len(), &dead[0].json()["data"]), (1, &json!(0)));
    assert_eq!(app.calls.posts("/events/t").len(), 2);
}

#[tokio::test]
async fn a_binding_that_keeps_failing_is_not_called_for_a_while() {
    let (app, broken) = breakable().await;
    let binding = format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: hook }}\nspec:\n  type: bindings.http\n  version: v1\n  \
         metadata:\n  - {{ name: url, value: \"http://127.0.0.1:{}/hook\" }}\n",
        app.port
    );
    let policy = resiliency(
        "{ timeout: 3s, maxRequests: 2, trip: totalFailures >= 2 }",
        "{ components: { hook: { outbound: { circuitBreaker: cb } } } }",
    );
    let world = world([binding, policy]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let call = async || {
        let answer = sidecar.post("/v1.0/bindings/hook", &json!({ "operation": "post" })).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for _ in 0..2 {
        assert_eq!(call().await.0, 500);
    }
    let (status, text) = call().await;
    assert_eq!(status, 500);
    assert!(text.contains("error invoking output binding hook: circuit breaker is open"), "{text}");
    assert_eq!(app.calls.posts("/hook").len(), 2);
    broken.store(false, Ordering::SeqCst);
    sidecar.wait_for(async || call().await.0 == 200).await;
}
