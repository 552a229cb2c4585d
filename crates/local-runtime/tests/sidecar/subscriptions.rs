//! Where subscriptions come from and how events are routed.

use serde_json::{Value, json};

use crate::support::{Received, TestApp, events_component, ok, subscription, world};

#[tokio::test]
async fn the_applications_own_list_wins_over_files() {
    let app = TestApp::start(|call: &Received, _| match call.path.as_str() {
        "/dapr/subscribe" => (
            200,
            json!([{"pubsubname": "events", "topic": "t", "route": "ignored", "routes": {"default": "/own"}}]).to_string(),
        ),
        _ => ok(call, 0),
    })
    .await;
    let files = [events_component(&[]), subscription("a", "t", None), subscription("a", "u", None)];
    let world = world(files).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    sidecar.publish("t", "", &json!(1)).await;
    sidecar.publish("u", "", &json!(1)).await;
    app.calls.wait_for("/own", 1).await;
    app.calls.wait_for("/events/u", 1).await;
    assert!(app.calls.posts("/events/t").is_empty());
    let metadata: Value = sidecar.get("/v1.0/metadata").send().await.unwrap().json().await.unwrap();
    let kinds: Vec<_> =
        metadata["subscriptions"].as_array().unwrap().iter().map(|s| s["type"].clone()).collect();
    assert_eq!(kinds, ["PROGRAMMATIC", "DECLARATIVE"]);
}

#[tokio::test]
async fn rules_choose_the_path() {
    let app = TestApp::start(ok).await;
    let rules = "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: { name: s }\nspec:\n  pubsubname: events\n  topic: t\n  \
        routes:\n    rules:\n    - { match: 'event.type == \"one\"', path: /one }\n    \
        - { match: 'has(event.data.kind) && event.data.kind == \"two\"', path: /two }\n  deadLetterTopic: t.dead\nscopes: [a]\n";
    let files = [events_component(&[]), rules.to_owned(), subscription("a", "t.dead", None)];
    let world = world(files).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    sidecar.publish("t", "?metadata.cloudevent.type=one", &json!({})).await;
    sidecar.publish("t", "", &json!({"kind": "two"})).await;
    sidecar.publish("t", "", &json!({"kind": "three"})).await;
    app.calls.wait_for("/one", 1).await;
    app.calls.wait_for("/two", 1).await;
    assert_eq!(app.calls.wait_for("/events/t.dead", 1).await[0].json()["data"]["kind"], "three");
}

#[tokio::test]
async fn every_application_gets_its_own_copy_within_its_scopes() {
    let (first, second) = (TestApp::start(ok).await, TestApp::start(ok).await);
    let files = [
        events_component(&[("subscriptionScopes", "a=t;b=u")]),
        subscription("a", "t", None),
        subscription("b", "t", None),
        subscription("b", "u", None),
    ];
    let world = world(files).app("a", first.port).app("b", second.port).start().await;
    let sidecar = world.sidecar("a");
    sidecar.publish("t", "", &json!(1)).await;
    sidecar.publish("u", "", &json!(1)).await;
    first.calls.wait_for("/events/t", 1).await;
    second.calls.wait_for("/events/u", 1).await;
    assert!(second.calls.posts("/events/t").is_empty());
}

#[tokio::test]
async fn the_old_version_of_subscriptions_works() {
    let app = TestApp::start(ok).await;
    let old = "apiVersion: dapr.io/v1alpha1\nkind: Subscription\nmetadata: { name: s }\nspec:\n  pubsubname: events\n  topic: t\n  \
        route: /old\nscopes: [a]\n";
    let world = world([events_component(&[]), old.to_owned()]).app("a", app.port).start().await;
    world.sidecar("a").publish("t", "", &json!(1)).await;
    app.calls.wait_for("/old", 1).await;
}
