//! `app-max-concurrency`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use todo_local_runtime::AppConfig;

use crate::support::{TestApp, events_component, ok, subscription, world};

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_all_kinds_share_the_slots_and_health_probes_need_none() {
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&inside), Arc::clone(&most));
    let app = TestApp::start(move |call, _| {
        if call.path != "/healthz" {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(3));
            now.fetch_sub(1, Ordering::SeqCst);
        }
        ok(call, 0)
    })
    .await;
    let limited = AppConfig {
        max_concurrency: Some(1),
        health_check_path: Some("/healthz".to_owned()),
        health_probe_interval: Duration::from_millis(20),
        ..AppConfig::new("a", app.port)
    };
    let files = [events_component(&[]), subscription("a", "t", None)];
    let world = world(files).configured_app(limited).client("p").start().await;
    let (sidecar, caller) = (world.sidecar("a"), world.sidecar("p"));
    sidecar.wait_until_ready().await;
    let calls = async || {
        for _ in 0..20 {
            assert_eq!(caller.post("/v1.0/invoke/a/method/m", &json!(1)).await.status(), 200);
        }
    };
    let events = async || {
        for number in 0..20 {
            sidecar.publish("t", "", &json!(number)).await;
        }
    };
    let jobs = async || {
        for number in 0..20 {
            let job = json!({ "dueTime": "1ms", "data": 1, "failurePolicy": { "constant": {} } });
            sidecar.post(&format!("/v1.0/jobs/j{number}"), &job).await;
        }
    };
    tokio::join!(calls(), calls(), events(), jobs());
    app.calls.wait_for("/events/t", 20).await;
    app.calls.wait_for("/job/j19", 1).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
    let metadata: Value = sidecar.get("/v1.0/metadata").send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["appConnectionProperties"]["maxConcurrency"], 1);
}

#[tokio::test]
async fn a_slot_is_free_again_once_the_answer_is_read() {
    let app = TestApp::start(ok).await;
    let limited = AppConfig { max_concurrency: Some(1), ..AppConfig::new("a", app.port) };
    let no_files: [&str; 0] = [];
    let world = world(no_files).configured_app(limited).client("p").start().await;
    for _ in 0..3 {
        let answer = world.sidecar("p").post("/v1.0/invoke/a/method/m", &json!(1)).await;
        assert_eq!(answer.bytes().await.unwrap().len(), 0);
    }
    assert_eq!(app.calls.posts("/m").len(), 3);
}
