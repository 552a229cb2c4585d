//! What survives a stop and a kill.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use serde_json::json;

use crate::support::{Received, TestApp, World, events_component, ok, subscription, world};

fn numbers(calls: &[Received]) -> HashSet<i64> {
    calls.iter().map(|call| call.json()["data"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_clean_stop_neither_loses_nor_repeats() {
    let app = TestApp::start(ok).await;
    let mut world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .client("p")
        .start()
        .await;
    for n in 0..20 {
        world.sidecar("p").publish("t", "", &json!(n)).await;
    }
    app.calls.wait_for("/events/t", 20).await;
    world.stop().await;
    world.start_again().await;
    for n in 20..30 {
        world.sidecar("p").publish("t", "", &json!(n)).await;
    }
    let calls = app.calls.wait_for("/events/t", 30).await;
    assert_eq!(calls.len(), 30);
    assert_eq!(numbers(&calls), (0..30).collect());
}

#[tokio::test]
async fn a_kill_loses_nothing_that_was_acknowledged() {
    let broken = Arc::new(AtomicBool::new(true));
    let state = Arc::clone(&broken);
    let app = TestApp::start(move |call, before| {
        // Half of the deliveries fail until the kill, so the log is ahead of the consumers.
        if state.load(Ordering::SeqCst) && before % 2 == 1 {
            (500, String::new())
        } else {
            ok(call, 0)
        }
    })
    .await;
    let mut world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .client("p")
        .start()
        .await;
    for n in 0..60 {
        world.sidecar("p").publish("t", &format!("?metadata.partitionKey={n}"), &json!(n)).await;
    }
    app.calls.wait_for("/events/t", 2).await;
    world.kill();
    broken.store(false, Ordering::SeqCst);
    world.start_again().await;
    let sidecar = world.sidecar("p");
    sidecar.wait_for(async || numbers(&app.calls.posts("/events/t")).len() == 60).await;
    // Offsets go on where they were.
    sidecar.publish("t", "", &json!(60)).await;
    sidecar.wait_for(async || numbers(&app.calls.posts("/events/t")).contains(&60)).await;
}

#[tokio::test]
async fn a_new_group_begins_with_the_oldest_or_the_newest() {
    let app = TestApp::start(ok).await;
    let newest =
        events_component(&[]).replace("name: events", "name: fresh").replace("oldest", "newest")
            + "  - { name: consumerID, value: \"{appID}-{uuid}\" }\n";
    let fresh = subscription("a", "t", None)
        .replace("name: a-t", "name: fresh")
        .replace("pubsubname: events", "pubsubname: fresh")
        .replace("/events/t", "/fresh/t");
    let mut world = world([events_component(&[]), newest, subscription("a", "t", None), fresh])
        .app("a", app.port)
        .client("p")
        .start()
        .await;
    let next = AtomicI64::new(0);
    // Nobody is told when a group has joined, and the newest is what comes after that.
    let publish_until = async |world: &World, heard: usize| {
        let publisher = world.sidecar("p");
        let published = async || {
            publisher.publish("t", "", &json!(next.fetch_add(1, Ordering::SeqCst))).await;
            app.calls.posts("/fresh/t").len() > heard
        };
        publisher.wait_for(published).await;
    };
    publish_until(&world, 0).await;
    world.stop().await;
    let (before, heard) = (next.load(Ordering::SeqCst), app.calls.posts("/fresh/t").len());
    world.start_again().await;
    publish_until(&world, heard).await;
    let fresh = app.calls.posts("/fresh/t").split_off(heard);
    assert!(numbers(&fresh).iter().all(|number| *number >= before), "nothing from before");
    let all = (0..next.load(Ordering::SeqCst)).collect();
    let sidecar = world.sidecar("p");
    sidecar.wait_for(async || numbers(&app.calls.posts("/events/t")) == all).await;
}
