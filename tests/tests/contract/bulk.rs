//! Bulk subscribe: many messages a call, a status for each.

use serde_json::json;

use crate::support::{
    TestApp, World, data, events_component, in_batches, ok, statuses, subscription, world,
};

/// A subscription in batches of four, for which the tests publish four messages.
fn batches(app: &str, topic: &str, dead_letter_topic: Option<&str>) -> String {
    in_batches(app, topic, dead_letter_topic, 4, 3_600_000)
}

/// The same, but what there is comes every 200 ms.
fn hasty(app: &str, topic: &str, dead_letter_topic: Option<&str>) -> String {
    in_batches(app, topic, dead_letter_topic, 4, 200)
}

const RETRY: &str = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: { name: r }\nspec:\n  policies:\n    \
    retries:\n      in: { policy: constant, duration: 20ms, maxRetries: 2, matching: { httpStatusCodes: \"429\" } }\n  \
    targets:\n    components:\n      events: { inbound: { retry: in } }\n";

async fn publish(world: &World, topic: &str, numbers: std::ops::Range<i64>) {
    for number in numbers {
        world.sidecar("a").publish(topic, "?metadata.partitionKey=k", &json!(number)).await;
    }
}

#[tokio::test]
async fn a_batch_is_one_call_in_the_order_of_the_partition() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" => statuses(call, |_| "SUCCESS"),
        _ => ok(call, before),
    })
    .await;
    let world =
        world([events_component(&[]), hasty("a", "t", None)]).app("a", app.port).start().await;
    publish(&world, "t", 0..6).await;
    world
        .sidecar("a")
        .wait_for(async || app.calls.posts("/events/t").iter().flat_map(data).count() == 6)
        .await;
    let calls = app.calls.posts("/events/t");
    let all: Vec<_> = calls.iter().flat_map(data).collect();
    assert_eq!(all, (0..6).map(|number| json!(number)).collect::<Vec<_>>());
    assert!(calls.iter().all(|call| data(call).len() <= 4));
    let batch = calls[0].json();
    assert_eq!(
        (&batch["type"], &batch["topic"], &batch["pubsubname"]),
        (&json!("com.dapr.event.sent.bulk"), &json!("t"), &json!("events"))
    );
    let entry = &batch["entries"][0];
    assert_eq!(entry["entryId"], "0");
    assert_eq!(entry["contentType"], "application/cloudevents+json");
    assert_eq!(
        (&entry["metadata"]["__key"], &entry["metadata"]["__offset"]),
        (&json!("k"), &json!("0"))
    );
    assert_eq!(entry["event"]["type"], "com.dapr.event.sent");
    assert_eq!(calls[0].header("content-type"), "application/json");
    assert_eq!(calls[0].header("pubsubname"), "events");
}

#[tokio::test]
async fn each_entry_has_its_own_fate() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" => statuses(call, |data| match data.as_i64().unwrap() {
            0 => "SUCCESS",
            1 => "DROP",
            2 => "RETRY",
            _ => "whatever",
        }),
        _ => ok(call, before),
    })
    .await;
    let files = [
        events_component(&[]),
        batches("a", "t", Some("t.dead")),
        subscription("a", "t.dead", None),
        RETRY.to_owned(),
    ];
    let world = world(files).app("a", app.port).start().await;
    publish(&world, "t", 0..4).await;
    let dead = app.calls.wait_for("/events/t.dead", 3).await;
    let mut dead: Vec<_> = dead.iter().map(|call| call.json()["data"].as_i64().unwrap()).collect();
    dead.sort_unstable();
    assert_eq!(dead, [1, 2, 3]);
    // What failed was sent again, alone, as often as the policy says; its list of codes does not matter.
    let attempts = |number: i64| {
        let calls = app.calls.posts("/events/t");
        calls.iter().filter(|call| data(call).contains(&json!(number))).count()
    };
    assert_eq!([0, 1, 2, 3].map(attempts), [1, 1, 3, 3]);
}

#[tokio::test]
async fn without_dead_letters_the_whole_batch_comes_again() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        // An empty answer says nothing of any entry.
        "/events/t" if before == 0 => (200, String::new()),
        "/events/t" if before == 1 => {
            statuses(call, |data| if *data == json!(0) { "SUCCESS" } else { "RETRY" })
        }
        "/events/t" => statuses(call, |_| "SUCCESS"),
        _ => ok(call, before),
    })
    .await;
    let world = world([events_component(&[("backOffDuration", "20ms")]), batches("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    publish(&world, "t", 0..4).await;
    let calls = app.calls.wait_for("/events/t", 3).await;
    assert_eq!(data(&calls[0]), data(&calls[2]));
    assert_eq!(data(&calls[1]), data(&calls[2]));
}

#[tokio::test]
async fn a_batch_without_a_route_is_lost() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" => (404, String::new()),
        _ => ok(call, before),
    })
    .await;
    let files = [
        events_component(&[]),
        batches("a", "t", Some("t.dead")),
        subscription("a", "t.dead", None),
    ];
    let world = world(files).app("a", app.port).start().await;
    publish(&world, "t", 0..4).await;
    app.calls.wait_for("/events/t", 1).await;
    publish(&world, "t", 4..8).await;
    app.calls.wait_for("/events/t", 2).await;
    assert!(app.calls.posts("/events/t.dead").is_empty());
}

#[tokio::test]
async fn rules_split_a_batch_and_what_matches_none_goes_to_the_root() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/one" | "/two" | "/" => statuses(call, |_| "SUCCESS"),
        _ => ok(call, before),
    })
    .await;
    let rules = "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: { name: s }\nspec:\n  pubsubname: events\n  topic: t\n  \
        bulkSubscribe: { enabled: true, maxMessagesCount: 3, maxAwaitDurationMs: 3600000 }\n  \
        routes:\n    rules:\n    - { match: 'event.type == \"one\"', path: /one }\n    - { match: 'event.type == \"two\"', path: /two }\n\
        scopes: [a]\n";
    let world = world([events_component(&[]), rules.to_owned()]).app("a", app.port).start().await;
    for kind in ["one", "two", "three"] {
        let query = format!("?metadata.partitionKey=k&metadata.cloudevent.type={kind}");
        world.sidecar("a").publish("t", &query, &json!(kind)).await;
    }
    for (path, kind) in [("/one", "one"), ("/two", "two"), ("/", "three")] {
        assert_eq!(data(&app.calls.wait_for(path, 1).await[0]), [json!(kind)]);
    }
}

#[tokio::test]
async fn poison_and_raw_payloads() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/events/t" | "/events/raw" => statuses(call, |_| "SUCCESS"),
        _ => ok(call, before),
    })
    .await;
    let files = [
        events_component(&[]),
        hasty("a", "t", Some("t.dead")),
        subscription("a", "t.dead", None)
            .replace("  routes:", "  metadata: { rawPayload: \"true\" }\n  routes:"),
        hasty("a", "raw", None)
            .replace("  routes:", "  metadata: { rawPayload: \"true\" }\n  routes:"),
    ];
    let world = world(files).app("a", app.port).start().await;
    for topic in ["t", "raw"] {
        let path = format!("/v1.0/publish/events/{topic}?metadata.rawPayload=true");
        let call = world.sidecar("a").call(reqwest::Method::POST, &path);
        assert_eq!(call.body("no json").send().await.unwrap().status(), 204);
    }
    app.calls.wait_for("/events/t.dead", 1).await;
    let raw = app.calls.wait_for("/events/raw", 1).await[0].json();
    assert_eq!(raw["entries"][0]["event"], "bm8ganNvbg==");
    assert_eq!(raw["entries"][0]["contentType"], "application/octet-stream");
    assert!(app.calls.posts("/events/t").is_empty());
}
