//! Order within a key, and one message in flight per partition.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;

use crate::support::{TestApp, events_component, ok, subscription, world};

#[tokio::test]
async fn events_of_a_key_come_in_order_though_some_fail() {
    let app = TestApp::start(
        |call, before| if before % 7 == 3 { (500, String::new()) } else { ok(call, 0) },
    )
    .await;
    let world =
        world([events_component(&[("backOffDuration", "5ms")]), subscription("a", "t", None)])
            .app("a", app.port)
            .start()
            .await;
    let sidecar = world.sidecar("a");
    for n in 0..40 {
        for key in ["a", "b", "c"] {
            sidecar.publish("t", &format!("?metadata.partitionKey={key}"), &json!(n)).await;
        }
    }
    app.calls.wait_for("/events/t", 120).await;
    sidecar
        .wait_for(async || {
            let calls = app.calls.posts("/events/t");
            ["a", "b", "c"].iter().all(|key| {
                calls.iter().any(|c| c.header("__key") == *key && c.json()["data"] == 39)
            })
        })
        .await;
    let mut last: HashMap<String, i64> = HashMap::new();
    for call in app.calls.posts("/events/t") {
        let (key, n) = (call.header("__key").to_owned(), call.json()["data"].as_i64().unwrap());
        let previous = last.insert(key, n).unwrap_or(-1);
        assert!(n == previous || n == previous + 1, "{n} after {previous}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_has_one_message_in_flight() {
    let (busy, overlapped) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (inside, seen) = (Arc::clone(&busy), Arc::clone(&overlapped));
    let app = TestApp::start(move |call, _| {
        if call.path == "/events/t" {
            if inside.swap(true, Ordering::SeqCst) {
                seen.store(true, Ordering::SeqCst);
            }
            std::thread::yield_now();
            inside.store(false, Ordering::SeqCst);
        }
        ok(call, 0)
    })
    .await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    for n in 0..30 {
        world.sidecar("a").publish("t", "?metadata.partitionKey=k", &json!(n)).await;
    }
    app.calls.wait_for("/events/t", 30).await;
    assert!(!overlapped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn keys_go_to_saramas_partitions() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    // FNV-1a of "a" is 0xe40c292c, as a signed number modulo 4 partitions: 0. Of "b" 0xe70c2de5: -3.
    for (key, partition) in [("a", "0"), ("b", "3")] {
        world
            .sidecar("a")
            .publish("t", &format!("?metadata.partitionKey={key}"), &json!(key))
            .await;
        let calls = app.calls.wait_for("/events/t", if key == "a" { 1 } else { 2 }).await;
        assert_eq!(calls.last().unwrap().header("__partition"), partition);
    }
}
