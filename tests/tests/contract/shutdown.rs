//! The order in which everything ends.

use std::sync::{Arc, Condvar, Mutex};

use serde_json::json;

use crate::support::{TestApp, events_component, ok, subscription, world};

/// A door that handlers wait at.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn wait(&self) {
        // Whatever else this thread had to do goes to another one.
        tokio::task::block_in_place(|| {
            let open = self.open.lock().unwrap();
            drop(self.opened.wait_while(open, |open| !*open).unwrap());
        });
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// Whoever waits at the door of a test that failed would keep it from ending.
struct OpenAtLast(Arc<Gate>);

impl Drop for OpenAtLast {
    fn drop(&mut self) {
        self.0.open();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_delivery_in_flight_is_finished_while_the_api_still_answers() {
    let gate = OpenAtLast(Arc::new(Gate::default()));
    let door = Arc::clone(&gate.0);
    let (entered, inside) = std::sync::mpsc::channel();
    let app = TestApp::start(move |call, before| {
        if call.path == "/events/t" && before == 0 {
            let _ = entered.send(());
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
    tokio::task::spawn_blocking(move || inside.recv().unwrap()).await.unwrap();
    let other = world.sidecar("b");
    tokio::join!(world.stop(), async {
        // A sidecar without anything in flight goes at once, which shows that the end has begun.
        other.wait_for(async || other.get("/v1.0/healthz").send().await.is_err()).await;
        // What the handler still has to tell its sidecar gets through.
        sidecar.publish("u", "", &json!(1)).await;
        gate.0.open();
    });
    assert!(sidecar.get("/v1.0/healthz").send().await.is_err());
    world.start_again().await;
    let calls = app.calls.wait_for("/events/t", 2).await;
    let numbers: Vec<_> = calls.iter().map(|call| call.json()["data"].clone()).collect();
    assert_eq!(numbers, [json!(0), json!(1)], "nothing comes twice");
}
