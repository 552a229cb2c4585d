//! Where subscriptions come from and how events are routed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use todo_local_runtime::AppConfig;

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

#[tokio::test]
async fn an_answer_that_is_no_list_means_none() {
    let broken = json!([
        {"pubsubname": "events", "topic": "u", "route": "/own"},
        {"pubsubname": "events", "topic": "v", "routes": {"rules": [{"match": "event.type =", "path": "/v"}]}},
    ]);
    for (status, body) in [(503, "[]".to_owned()), (204, " ".to_owned()), (200, broken.to_string())]
    {
        let app = TestApp::start(move |call: &Received, _| match call.path.as_str() {
            "/dapr/subscribe" => (status, body.clone()),
            _ => ok(call, 0),
        })
        .await;
        let files = [events_component(&[]), subscription("a", "t", None)];
        let world = world(files).app("a", app.port).start().await;
        let metadata: Value =
            world.sidecar("a").get("/v1.0/metadata").send().await.unwrap().json().await.unwrap();
        let topics: Vec<_> = metadata["subscriptions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|subscription| subscription["topic"].clone())
            .collect();
        assert_eq!(topics, ["t"], "only what the files say, after {status}");
    }
}

#[tokio::test]
async fn who_is_not_asked_has_those_of_files() {
    // Asked, it would be gone each time, and have none at all for as long as its sidecar lives.
    let app = TestApp::start(|call: &Received, _| {
        assert_ne!(call.path, "/dapr/subscribe", "nobody was to ask");
        ok(call, 0)
    })
    .await;
    let config = AppConfig { own_subscriptions: false, ..AppConfig::new("a", app.port) };
    let files = [events_component(&[]), subscription("a", "t", None)];
    let world = world(files).configured_app(config).start().await;
    world.sidecar("a").publish("t", "", &json!(1)).await;
    app.calls.wait_for("/events/t", 1).await;
    // Of a sidecar that starts it learns by the other question.
    let asked = app.calls.all().into_iter().filter(|call| call.path.starts_with("/dapr/"));
    assert_eq!(asked.map(|call| call.path).collect::<Vec<_>>(), ["/dapr/config"]);
}

#[tokio::test]
async fn of_several_files_for_a_topic_the_first_counts() {
    let app = TestApp::start(ok).await;
    let second = subscription("a", "t", None)
        .replace("name: a-t", "name: second")
        .replace("/events/t", "/second");
    let files = [events_component(&[]), subscription("a", "t", None), second];
    let world = world(files).app("a", app.port).start().await;
    for number in 0..3 {
        world.sidecar("a").publish("t", "", &json!(number)).await;
    }
    app.calls.wait_for("/events/t", 3).await;
    assert!(app.calls.posts("/second").is_empty());
}

#[tokio::test]
async fn of_several_files_with_one_name_the_last_counts() {
    let app = TestApp::start(ok).await;
    let second = subscription("a", "t", None).replace("/events/t", "/second");
    let files = [events_component(&[]), subscription("a", "t", None), second];
    let world = world(files).app("a", app.port).start().await;
    world.sidecar("a").publish("t", "", &json!(1)).await;
    app.calls.wait_for("/second", 1).await;
    assert!(app.calls.posts("/events/t").is_empty());
}

#[tokio::test]
async fn the_list_is_read_once_though_the_application_recovers() {
    let sick = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&sick);
    let app = TestApp::start(move |call: &Received, before| match call.path.as_str() {
        "/dapr/subscribe" => {
            let route = if before == 0 { "/first" } else { "/again" };
            (200, json!([{"pubsubname": "events", "topic": "t", "route": route}]).to_string())
        }
        _ if state.load(Ordering::SeqCst) => (503, String::new()),
        _ => ok(call, 0),
    })
    .await;
    let config = AppConfig {
        health_check_path: Some("/healthz".to_owned()),
        health_probe_interval: Duration::from_millis(20),
        health_threshold: 1,
        ..AppConfig::new("a", app.port)
    };
    let world = world([events_component(&[])]).topic("t").configured_app(config).start().await;
    let sidecar = world.sidecar("a");
    sidecar.wait_until_ready().await;
    sidecar.publish("t", "", &json!(1)).await;
    app.calls.wait_for("/first", 1).await;
    let probes = || app.calls.all().iter().filter(|call| call.path == "/healthz").count();
    sick.store(true, Ordering::SeqCst);
    let before = probes();
    sidecar.wait_for(async || probes() > before + 2).await;
    sick.store(false, Ordering::SeqCst);
    sidecar.publish("t", "", &json!(2)).await;
    app.calls.wait_for("/first", 2).await;
    assert!(app.calls.posts("/again").is_empty());
}
