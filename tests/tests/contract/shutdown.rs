//! The order in which everything ends.

use serde_json::json;

use crate::support::{TestApp, events_component, gate, ok, subscription, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_delivery_in_flight_is_finished_while_the_api_still_answers() {
    let (door, mut keeper) = gate();
    let app = TestApp::start(move |call, before| {
        if call.path == "/events/t" && before == 0 {
            door.wait();
        }
        ok(call, before)
    })
    .await;
    let mut world = world([events_component(&[]), subscription("a", "t", None)])
        .topic("u")
        .app("a", app.port)
        .client("b")
        .start()
        .await;
    let sidecar = world.sidecar("a");
    for number in 0..2 {
        sidecar.publish("t", "?metadata.partitionKey=k", &json!(number)).await;
    }
    keeper.arrival().await;
    let other = world.sidecar("b");
    tokio::join!(world.stop(), async {
        // A sidecar without anything in flight goes at once, which shows that the end has begun.
        other.wait_for(async || other.get("/v1.0/healthz").send().await.is_err()).await;
        // What the handler still has to tell its sidecar gets through.
        sidecar.publish("u", "", &json!(1)).await;
        keeper.open();
    });
    assert!(sidecar.get("/v1.0/healthz").send().await.is_err());
    world.start_again().await;
    let calls = app.calls.wait_for("/events/t", 2).await;
    let numbers: Vec<_> = calls.iter().map(|call| call.json()["data"].clone()).collect();
    assert_eq!(numbers, [json!(0), json!(1)], "nothing comes twice");
}
