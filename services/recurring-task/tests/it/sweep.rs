//! What events did not lead to.

use serde_json::{Value, json};

use crate::stage::{Stage, completed_task, completion};

#[tokio::test]
async fn a_sweep_asks_for_what_the_event_would_have_asked_for() {
    let stage = Stage::open().await;
    let (task, id) = completed_task();
    let (mut stuck, _) = completed_task();
    stuck["recurrence"] =
        json!({"rule": "FREQ=HOURLY", "mode": "schedule", "anchor": "2026-11-06"});
    stage.chat_api.leave_pending(&[json!({"id": "unreadable"}), stuck, task.clone()]);
    assert_eq!(stage.call("cron/series-sweep", &json!({})).await.0, 200);
    let mut requests = stage.chat_api.requests();
    assert_eq!(requests.len(), 1, "one that is stuck does not keep the others waiting");
    assert_eq!(requests[0]["predecessor_id"], json!(id));
    stage.deliver("todo.task.completed.v1", &completion(&task)).await;
    requests = stage.chat_api.asked(2).await;
    for request in &mut requests {
        request["correlation_id"] = Value::Null;
    }
    assert_eq!(requests[0], requests[1]);
    stage.close().await;
}

#[tokio::test]
async fn a_sweep_goes_on_after_a_refusal_and_stops_when_nobody_answers() {
    let stage = Stage::open().await;
    let tasks = [completed_task().0, completed_task().0, completed_task().0];
    stage.chat_api.leave_pending(&tasks);
    stage.chat_api.answer(&[409, 422, 500]);
    assert_eq!(stage.call("cron/series-sweep", &json!({})).await.0, 500);
    assert_eq!(stage.chat_api.requests().len(), 3);
    stage.chat_api.answer(&[500]);
    assert_eq!(stage.call("cron/series-sweep", &json!({})).await.0, 500);
    assert_eq!(stage.chat_api.requests().len(), 4);
    stage.close().await;
}
