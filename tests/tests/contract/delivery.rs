//! What an answer means: the delivery matrix.

use serde_json::json;

use crate::support::{Received, TestApp, events_component, ok, subscription, world};

/// Retries the tests can wait for.
const RETRIES: &str = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: { name: r }\nspec:\n  policies:\n    \
    retries:\n      in: { policy: constant, duration: 20ms, maxRetries: 2, matching: { httpStatusCodes: \"429,500-599\" } }\n  \
    targets:\n    components:\n      events: { inbound: { retry: in } }\n";

const FAST_HANDLER_RETRY: &[(&str, &str)] = &[("backOffDuration", "20ms")];

#[tokio::test]
async fn without_a_policy_the_first_failure_is_a_dead_letter() {
    let app =
        TestApp::start(
            |call, _| if call.path == "/events/t" { (500, String::new()) } else { ok(call, 0) },
        )
        .await;
    let files = [
        events_component(&[]),
        subscription("a", "t", Some("t.dead")),
        subscription("a", "t.dead", None),
    ];
    let world = world(files).app("a", app.port).start().await;
    world
        .sidecar("a")
        .publish("t", "?metadata.partitionKey=k&metadata.cloudevent.id=e", &json!(1))
        .await;
    let dead = app.calls.wait_for("/events/t.dead", 1).await.remove(0);
    assert_eq!(app.calls.posts("/events/t").len(), 1);
    assert_eq!(dead.json()["id"], "e");
    assert_eq!(dead.json()["topic"], "t", "the envelope still names the source");
    assert_eq!(dead.header("__key"), "k");
    assert_eq!(dead.header("__topic"), "t", "so do the headers");
}

#[tokio::test]
async fn a_policy_is_exhausted_before_the_dead_letter() {
    let app =
        TestApp::start(
            |call, _| if call.path == "/events/t" { (503, String::new()) } else { ok(call, 0) },
        )
        .await;
    let files = [
        events_component(&[]),
        subscription("a", "t", Some("t.dead")),
        subscription("a", "t.dead", None),
        RETRIES.to_owned(),
    ];
    let world = world(files).app("a", app.port).start().await;
    world.sidecar("a").publish("t", "", &json!(1)).await;
    app.calls.wait_for("/events/t.dead", 1).await;
    assert_eq!(app.calls.posts("/events/t").len(), 3);
}

#[tokio::test]
async fn codes_outside_the_list_are_not_retried_but_retry_bodies_are() {
    let answer = |call: &Received, _| match call.path.as_str() {
        "/events/bad" => (400, String::new()),
        "/events/again" => (200, r#"{"status":"RETRY"}"#.to_owned()),
        _ => (200, String::new()),
    };
    let app = TestApp::start(answer).await;
    let files = [
        events_component(&[]),
        subscription("a", "bad", Some("bad.dead")),
        subscription("a", "bad.dead", None),
        subscription("a", "again", Some("again.dead")),
        subscription("a", "again.dead", None),
        RETRIES.to_owned(),
    ];
    let world = world(files).app("a", app.port).start().await;
    world.sidecar("a").publish("bad", "", &json!(1)).await;
    world.sidecar("a").publish("again", "", &json!(1)).await;
    app.calls.wait_for("/events/bad.dead", 1).await;
    app.calls.wait_for("/events/again.dead", 1).await;
    assert_eq!(app.calls.posts("/events/bad").len(), 1);
    assert_eq!(app.calls.posts("/events/again").len(), 3);
}

#[tokio::test]
async fn without_dead_letters_a_failure_blocks_its_partition_until_it_works() {
    let app = TestApp::start(|call, before| {
        if call.path == "/events/t" && before < 4 { (500, String::new()) } else { ok(call, 0) }
    })
    .await;
    let world = world([events_component(FAST_HANDLER_RETRY), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    world.sidecar("a").publish("t", "?metadata.partitionKey=k", &json!("first")).await;
    world.sidecar("a").publish("t", "?metadata.partitionKey=k", &json!("second")).await;
    let calls = app.calls.wait_for("/events/t", 6).await;
    let data: Vec<_> = calls.iter().map(|call| call.json()["data"].clone()).collect();
    assert_eq!(data, ["first", "first", "first", "first", "first", "second"]);
}

#[tokio::test]
async fn drop_and_404_are_not_repeated() {
    let answer = |call: &Received, _| match call.path.as_str() {
        "/events/dropped" | "/events/kept" => (200, r#"{"status":"DROP"}"#.to_owned()),
        "/events/missing" => (404, String::new()),
        _ => (200, String::new()),
    };
    let app = TestApp::start(answer).await;
    let files = [
        events_component(FAST_HANDLER_RETRY),
        subscription("a", "dropped", None),
        subscription("a", "missing", None),
        subscription("a", "kept", Some("kept.dead")),
        subscription("a", "kept.dead", None),
        RETRIES.to_owned(),
    ];
    let world = world(files).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    for topic in ["dropped", "missing", "kept"] {
        for n in 0..2 {
            sidecar.publish(topic, "?metadata.partitionKey=k", &json!(n)).await;
        }
        let calls = app.calls.wait_for(&format!("/events/{topic}"), 2).await;
        assert_eq!(
            calls.iter().map(|c| c.json()["data"].as_i64().unwrap()).collect::<Vec<_>>(),
            [0, 1]
        );
    }
    app.calls.wait_for("/events/kept.dead", 2).await;
    assert_eq!(app.calls.posts("/events/kept").len(), 2);
}

#[tokio::test]
async fn poison_goes_to_the_dead_letters() {
    let app = TestApp::start(ok).await;
    let files = [
        events_component(&[]),
        subscription("a", "t", Some("t.dead")),
        subscription("a", "t.dead", None)
            .replace("  routes:", "  metadata: { rawPayload: \"true\" }\n  routes:"),
    ];
    let world = world(files).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    let raw =
        sidecar.call(reqwest::Method::POST, "/v1.0/publish/events/t?metadata.rawPayload=true");
    assert_eq!(raw.body("no json").send().await.unwrap().status(), 204);
    app.calls.wait_for("/events/t.dead", 1).await;
    assert!(app.calls.posts("/events/t").is_empty());
}

#[tokio::test]
async fn expired_events_are_not_delivered() {
    let app = TestApp::start(ok).await;
    let files = [
        events_component(&[]),
        subscription("a", "t", Some("t.dead")),
        // Under a plain subscription the copy would be found expired, too, and be gone for good.
        subscription("a", "t.dead", None)
            .replace("  routes:", "  metadata: { rawPayload: \"true\" }\n  routes:"),
    ];
    let world = world(files).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    let expired = json!({"id": "old", "specversion": "1.0", "type": "t", "source": "s", "data": 1,
                         "expiration": "2020-01-01T00:00:00Z"});
    let answer = sidecar
        .call(reqwest::Method::POST, "/v1.0/publish/events/t")
        .header("content-type", "application/cloudevents+json")
        .body(expired.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    sidecar.publish("t", "?metadata.ttlInSeconds=3600", &json!("fresh")).await;
    app.calls.wait_for("/events/t.dead", 1).await;
    let calls = app.calls.wait_for("/events/t", 1).await;
    assert_eq!(calls[0].json()["data"], "fresh");
    assert_eq!(calls.len(), 1);
}
