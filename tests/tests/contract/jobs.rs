//! The Jobs API.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, gate, ok, only_on, world};

const NO_FILES: [&str; 0] = [];

#[tokio::test]
async fn a_job_is_called_with_its_bare_data_and_then_gone() {
    let app = TestApp::start(ok).await;
    let world = world(NO_FILES).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    let job = json!({"dueTime": "2020-01-01T00:00:00Z", "data": {"b": 1, "a": "x"}, "typo": true});
    assert_eq!(sidecar.post("/v1.0/jobs/reminder-1", &job).await.status(), 204);
    let call = app.calls.wait_for("/job/reminder-1", 1).await.remove(0);
    assert_eq!(call.json(), json!({"a": "x", "b": 1}));
    assert_eq!(call.header("content-type"), "application/json");
    sidecar
        .wait_for(async || {
            sidecar.get("/v1.0/jobs/reminder-1").send().await.unwrap().status() == 500
        })
        .await;
}

#[tokio::test]
async fn a_job_without_data_is_called_without_a_body() {
    only_on!(Local, "1.18.1 cannot call a job without data, which 1.18.3 does");
    let app = TestApp::start(ok).await;
    let world = world(NO_FILES).app("a", app.port).start().await;
    let scheduled = world.sidecar("a").post("/v1.0/jobs/empty", &json!({"dueTime": "0s"})).await;
    assert_eq!(scheduled.status(), 204);
    assert!(app.calls.wait_for("/job/empty", 1).await[0].body.is_empty());
}

#[tokio::test]
async fn jobs_can_be_read_replaced_and_removed() {
    let app = TestApp::start(ok).await;
    let world = world(NO_FILES).app("a", app.port).client("b").start().await;
    let sidecar = world.sidecar("a");
    let job = json!({"dueTime": "1h", "data": {"n": 1}});
    assert_eq!(sidecar.post("/v1.0/jobs/j", &job).await.status(), 204);
    let again = sidecar.post("/v1.0/jobs/j", &job).await;
    assert_eq!(again.status(), 409);
    assert_eq!(again.json::<Value>().await.unwrap()["errorCode"], "DAPR_SCHEDULER_SCHEDULE_JOB");

    let found: Value = sidecar.get("/v1.0/jobs/j").send().await.unwrap().json().await.unwrap();
    assert_eq!((&found["name"], &found["dueTime"]), (&json!("j"), &json!("1h")));
    assert_eq!(found["data"]["value"], json!({"n": 1}));
    assert_eq!(found["data"]["@type"], "type.googleapis.com/google.protobuf.Value");
    assert_eq!(
        world.sidecar("b").get("/v1.0/jobs/j").send().await.unwrap().status(),
        500,
        "private"
    );

    let soon = json!({"dueTime": "10ms", "overwrite": true, "data": "new"});
    assert_eq!(sidecar.post("/v1.0/jobs/j", &soon).await.status(), 204);
    assert_eq!(app.calls.wait_for("/job/j", 1).await[0].body, "\"new\"");

    assert_eq!(
        sidecar.post("/v1.0/jobs/k", &json!({"dueTime": "300ms", "data": 1})).await.status(),
        204
    );
    for _ in 0..2 {
        assert_eq!(
            sidecar.call(Method::DELETE, "/v1.0/jobs/k").send().await.unwrap().status(),
            204
        );
    }
    assert_eq!(
        sidecar.post("/v1.0/jobs/l", &json!({"dueTime": "400ms", "data": 1})).await.status(),
        204
    );
    app.calls.wait_for("/job/l", 1).await;
    assert!(app.calls.posts("/job/k").is_empty());
}

#[tokio::test]
async fn nonsense_is_refused_as_dapr_does() {
    let world = world(NO_FILES).client("a").start().await;
    let sidecar = world.sidecar("a");
    let cases = [
        ("j", json!({}), 400, "DAPR_SCHEDULER_SCHEDULE_EMPTY"),
        ("j", json!({"name": "j", "dueTime": "1s"}), 400, "DAPR_SCHEDULER_JOB_NAME"),
        ("j", json!({"schedule": "* * * * *", "data": 1}), 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j", json!({"dueTime": "soon", "data": 1}), 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        (
            "j",
            json!({"dueTime": "1s", "repeats": 2, "data": 1}),
            500,
            "DAPR_SCHEDULER_SCHEDULE_JOB",
        ),
        ("j", json!({"dueTime": "1s", "ttl": "1h", "data": 1}), 500, "DAPR_SCHEDULER_SCHEDULE_JOB"),
        ("j", json!({"dueTime": 1, "data": 1}), 400, "ERR_MALFORMED_REQUEST"),
        (
            "j",
            json!({"dueTime": "1s", "failurePolicy": {"constant": {"interval": "1m"}}}),
            400,
            "ERR_MALFORMED_REQUEST",
        ),
        ("a%7C%7Cb", json!({"dueTime": "1s", "data": 1}), 400, "DAPR_SCHEDULER_JOB_NAME_EMPTY"),
    ];
    for (name, job, status, code) in cases {
        let answer = sidecar.post(&format!("/v1.0/jobs/{name}"), &job).await;
        assert_eq!(answer.status(), status, "{job}");
        assert_eq!(answer.json::<Value>().await.unwrap()["errorCode"], code, "{job}");
    }
    assert_eq!(
        sidecar.call(Method::PUT, "/v1.0/jobs/j").json(&json!({})).send().await.unwrap().status(),
        404
    );
}

#[tokio::test]
async fn failures_are_repeated_as_the_policy_says() {
    let app = TestApp::start(|call, _| {
        if call.path == "/job/gone" {
            (404, String::new())
        } else if call.path == "/job/last" {
            ok(call, 0)
        } else {
            (500, String::new())
        }
    })
    .await;
    let world = world(NO_FILES).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    let past = "2020-01-01T00:00:00Z";
    // Repetitions count from the planned time, so those of a late job follow at once.
    sidecar.post("/v1.0/jobs/default", &json!({"dueTime": past, "data": 1})).await;
    let twice = json!({"constant": {"interval": "1s", "maxRetries": 1}});
    sidecar
        .post("/v1.0/jobs/twice", &json!({"dueTime": past, "failurePolicy": twice, "data": 1}))
        .await;
    sidecar
        .post(
            "/v1.0/jobs/once",
            &json!({"dueTime": past, "failurePolicy": {"drop": {}}, "data": 1}),
        )
        .await;
    sidecar.post("/v1.0/jobs/gone", &json!({"dueTime": past, "data": 1})).await;
    for (name, count) in [("default", 4), ("twice", 2), ("once", 1), ("gone", 1)] {
        app.calls.wait_for(&format!("/job/{name}"), count).await;
        let path = format!("/v1.0/jobs/{name}");
        sidecar.wait_for(async || sidecar.get(&path).send().await.unwrap().status() == 500).await;
        assert_eq!(app.calls.posts(&format!("/job/{name}")).len(), count, "{name}");
    }
}

#[tokio::test]
async fn schedules_repeat() {
    let app = TestApp::start(ok).await;
    let world = world(NO_FILES).app("a", app.port).start().await;
    let sidecar = world.sidecar("a");
    sidecar
        .post("/v1.0/jobs/thrice", &json!({"schedule": "@every 30ms", "repeats": 3, "data": 1}))
        .await;
    sidecar.post("/v1.0/jobs/each-second", &json!({"schedule": "* * * * * *", "data": 1})).await;
    sidecar
        .post(
            "/v1.0/jobs/first-then",
            &json!({"schedule": "@every 1h", "dueTime": "10ms", "data": 1}),
        )
        .await;
    app.calls.wait_for("/job/each-second", 2).await;
    app.calls.wait_for("/job/first-then", 1).await;
    assert_eq!(app.calls.wait_for("/job/thrice", 3).await.len(), 3);
    assert_eq!(sidecar.get("/v1.0/jobs/thrice").send().await.unwrap().status(), 500);
    assert_eq!(sidecar.get("/v1.0/jobs/first-then").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn jobs_survive_a_kill() {
    let broken = Arc::new(AtomicBool::new(true));
    let state = Arc::clone(&broken);
    let app = TestApp::start(move |call, _| {
        if state.load(Ordering::SeqCst) { (500, String::new()) } else { ok(call, 0) }
    })
    .await;
    let mut world = world(NO_FILES).app("a", app.port).start().await;
    let endless = json!({"constant": {"interval": "1s"}});
    world
        .sidecar("a")
        .post("/v1.0/jobs/j", &json!({"dueTime": "10ms", "failurePolicy": endless, "data": 1}))
        .await;
    world.sidecar("a").post("/v1.0/jobs/k", &json!({"dueTime": "1s", "data": 1})).await;
    app.calls.wait_for("/job/j", 1).await;
    world.kill();
    broken.store(false, Ordering::SeqCst);
    world.start_again().await;
    app.calls.wait_for("/job/j", 2).await;
    app.calls.wait_for("/job/k", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_callback_that_a_kill_interrupts_comes_again() {
    let (door, mut keeper) = gate();
    let app = TestApp::start(move |call, before| {
        if call.path == "/job/j" {
            door.wait();
        }
        ok(call, before)
    })
    .await;
    let mut world = world(NO_FILES).app("a", app.port).start().await;
    let job = json!({"dueTime": "1ms", "data": 9_007_199_254_740_993_i64});
    assert_eq!(world.sidecar("a").post("/v1.0/jobs/j", &job).await.status(), 204);
    keeper.arrival().await;
    world.kill();
    world.start_again().await;
    keeper.arrival().await;
    keeper.open();
    let calls = app.calls.wait_for("/job/j", 2).await;
    assert_eq!(calls[0].body, "9007199254740992", "numbers go through a float64");
    let sidecar = world.sidecar("a");
    sidecar
        .wait_for(async || sidecar.get("/v1.0/jobs/j").send().await.unwrap().status() == 500)
        .await;
}
