//! Messages that nobody can deliver, and where they end.

use reqwest::Method;
use serde_json::json;

use crate::support::{Sidecar, TestApp, events_component, ok, only_on, subscription, world};

async fn publish_raw(sidecar: &Sidecar, body: &'static str) {
    let path = "/v1.0/publish/events/t?metadata.rawPayload=true&metadata.partitionKey=k";
    assert_eq!(sidecar.call(Method::POST, path).body(body).send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn without_dead_letters_poison_blocks_its_partition_for_ever() {
    let app = TestApp::start(ok).await;
    let files = [
        events_component(&[("backOffDuration", "10ms")]),
        subscription("a", "t", None),
        subscription("a", "u", None),
    ];
    let world = world(files).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    publish_raw(&sidecar, "no json").await;
    sidecar.publish("t", "?metadata.partitionKey=k", &json!("behind it")).await;
    for number in 0..20 {
        sidecar.publish("u", "", &json!(number)).await;
    }
    app.calls.wait_for("/events/u", 20).await;
    assert!(app.calls.posts("/events/t").is_empty());
}

#[tokio::test]
async fn a_bounded_handler_retry_skips_what_it_gives_up() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" if call.json()["data"] == "first" => (500, String::new()),
        _ => ok(call, before),
    })
    .await;
    let bounded = events_component(&[("backOffDuration", "10ms"), ("backOffMaxRetries", "2")]);
    let world = world([bounded, subscription("a", "t", None)]).app("a", app.port).start().await;
    for data in ["first", "second"] {
        world.sidecar("a").publish("t", "?metadata.partitionKey=k", &json!(data)).await;
    }
    let calls = app.calls.wait_for("/events/t", 4).await;
    let data: Vec<_> = calls.iter().map(|call| call.json()["data"].clone()).collect();
    assert_eq!(data, ["first", "first", "first", "second"]);
}

#[tokio::test]
async fn a_dead_letter_that_may_not_be_published_leaves_its_message_where_it_is() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" if before < 3 => (500, String::new()),
        _ => ok(call, before),
    })
    .await;
    let files = [
        events_component(&[("backOffDuration", "10ms"), ("publishingScopes", "a=")]),
        subscription("a", "t", Some("t.dead")),
        subscription("b", "t.dead", None),
    ];
    let world = world(files).app("a", app.port).app("b", app.port).start().await;
    world.sidecar("b").publish("t", "?metadata.partitionKey=k", &json!(1)).await;
    app.calls.wait_for("/events/t", 4).await;
    assert!(app.calls.posts("/events/t.dead").is_empty());
}

#[tokio::test]
async fn what_no_rule_matches_is_done() {
    let app = TestApp::start(ok).await;
    let rules = "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: { name: s }\nspec:\n  pubsubname: events\n  topic: t\n  \
        routes:\n    rules:\n    - { match: 'event.type == \"one\"', path: /one }\nscopes: [a]\n";
    let world = world([events_component(&[]), rules.to_owned()]).app("a", app.port).start().await;
    for kind in ["two", "one"] {
        let query = format!("?metadata.partitionKey=k&metadata.cloudevent.type={kind}");
        world.sidecar("a").publish("t", &query, &json!(kind)).await;
    }
    assert_eq!(app.calls.wait_for("/one", 1).await[0].json()["data"], "one");
    assert_eq!(app.calls.all().iter().filter(|call| call.method == Method::POST).count(), 1);
}

#[tokio::test]
async fn a_rule_that_cannot_be_decided_is_poison() {
    let app = TestApp::start(ok).await;
    let rules = "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: { name: s }\nspec:\n  pubsubname: events\n  topic: t\n  \
        routes:\n    rules:\n    - { match: 'event.data.kind == \"one\"', path: /one }\n    default: /other\n  \
        deadLetterTopic: t.dead\nscopes: [a]\n";
    let files = [events_component(&[]), rules.to_owned(), subscription("a", "t.dead", None)];
    let world = world(files).app("a", app.port).start().await;
    world.sidecar("a").publish("t", "", &json!({ "colour": "red" })).await;
    app.calls.wait_for("/events/t.dead", 1).await;
    assert!(app.calls.posts("/other").is_empty());
}

#[tokio::test]
async fn a_trace_id_that_is_no_text_does_no_harm() {
    only_on!(
        Local,
        "such an event ends daprd 1.18.1, at every start again, until its offset is skipped"
    );
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let event = r#"{"id":"e","specversion":"1.0","type":"t","source":"s","traceid":1,"data":1}"#;
    publish_raw(&world.sidecar("a"), event).await;
    let call = app.calls.wait_for("/events/t", 1).await.remove(0);
    assert_eq!(call.json()["data"], 1);
}
