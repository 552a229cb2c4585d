//! Order within a key, and one message in flight per partition.

use std::collections::HashMap;

use serde_json::json;

use crate::support::{Received, TestApp, events_component, gate, ok, subscription, world};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_partition_has_one_message_in_flight() {
    let (door, mut keeper) = gate();
    let app = TestApp::start(move |call, _| {
        if call.path == "/events/t" && call.json()["data"] == "first" {
            door.wait();
        }
        ok(call, 0)
    })
    .await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    sidecar.publish("t", "?metadata.partitionKey=a", &json!("first")).await;
    keeper.arrival().await;
    sidecar.publish("t", "?metadata.partitionKey=a", &json!("second")).await;
    // Another partition goes on meanwhile; its last message was published long after the second of this one.
    for n in 0..10 {
        sidecar.publish("t", "?metadata.partitionKey=b", &json!(n)).await;
    }
    let come = app.calls.wait_for("/events/t", 10).await;
    let data = |calls: &[Received]| -> Vec<_> {
        calls.iter().map(|call| call.json()["data"].clone()).collect()
    };
    assert!(data(&come).iter().all(serde_json::Value::is_number), "{:?}", data(&come));
    keeper.open();
    let come = app.calls.wait_for("/events/t", 12).await;
    assert_eq!(data(&come)[10..], [json!("first"), json!("second")]);
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
