//! Completions from `task-events`.

use serde_json::json;

use crate::stage::{Stage, completed_task, completion};

const COMPLETED: &str = "todo.task.completed.v1";

#[tokio::test]
async fn a_completion_makes_the_next_occurrence_and_a_redelivery_asks_for_the_same() {
    let stage = Stage::open().await;
    let (task, id) = completed_task();
    // Down at first: the sidecar delivers again.
    stage.chat_api.answer(&[500]);
    stage.publish(COMPLETED, &completion(&task)).await;
    let requests = stage.chat_api.asked(2).await;
    let expected = json!({
        "predecessor_id": id, "series_id": id, "user_id": "ada", "occurrence_key": "2026-11-27T09:00",
        "next": {"due": {"local": "2026-11-27T09:00"}, "due_at": "2026-11-27T04:00:00Z",
            "zone": "Asia/Karachi", "missed": 0},
        "correlation_id": "c-1"
    });
    assert_eq!(requests, [expected.clone(), expected.clone()]);
    // A second event of the same completion, whenever it comes, asks for the same.
    stage.publish(COMPLETED, &completion(&task)).await;
    assert_eq!(stage.chat_api.asked(3).await[2], expected);
    stage.close().await;
}

#[tokio::test]
async fn a_series_that_is_over_is_reported_as_such() {
    let stage = Stage::open().await;
    let (mut task, _) = completed_task();
    task["recurrence"]["rule"] = json!("FREQ=WEEKLY;BYDAY=FR;UNTIL=20261126");
    stage.publish(COMPLETED, &completion(&task)).await;
    let request = stage.chat_api.asked(1).await.remove(0);
    assert_eq!(request["next"], json!(null));
    assert_eq!(request["occurrence_key"], "2026-11-20T09:00");
    stage.close().await;
}

#[tokio::test]
async fn the_answer_of_chat_api_decides_the_outcome() {
    let stage = Stage::open().await;
    let (task, _) = completed_task();
    let event = completion(&task);
    let cases = [
        (200, 200, "SUCCESS"),
        (201, 200, "SUCCESS"),
        (404, 200, "SUCCESS"),
        (409, 200, "SUCCESS"),
        (410, 200, "SUCCESS"),
        (400, 200, "DROP"),
        (422, 200, "DROP"),
        (401, 503, "RETRY"),
        (429, 503, "RETRY"),
        (500, 503, "RETRY"),
    ];
    for (answer, status, outcome) in cases {
        // A throttled call is tried five times by the sidecar itself.
        let times = if answer == 429 { 5 } else { 1 };
        stage.chat_api.answer(&vec![answer; times]);
        let expected = (status, outcome.to_owned());
        assert_eq!(stage.deliver(COMPLETED, &event).await, expected, "{answer}");
    }
    stage.chat_api.lose();
    assert_eq!(
        stage.deliver(COMPLETED, &event).await,
        (503, "RETRY".to_owned()),
        "nobody answered"
    );
    stage.close().await;
}

#[tokio::test]
async fn what_needs_no_successor_asks_for_none_and_what_cannot_have_one_is_dropped() {
    let stage = Stage::open().await;
    let (task, _) = completed_task();
    let good = completion(&task);
    let mut once = good.clone();
    once["task_data"]["recurrence"] = json!(null);
    let mut no_series = good.clone();
    no_series["task_data"]["series_id"] = json!(null);
    let mut misfit = good.clone();
    misfit["task_data"]["recurrence"]["anchor"] = json!("2026-11-06");
    misfit["task_data"]["recurrence"]["rule"] = json!("FREQ=HOURLY");
    let mut unreadable = good.clone();
    unreadable["task_data"]["recurrence"]["rule"] = json!("FREQ=SOMETIMES");
    let cases = [
        ("todo.task.updated.v1", &good, "SUCCESS"),
        ("todo.task.deleted.v1", &good, "SUCCESS"),
        ("todo.task.completed.v9", &good, "SUCCESS"),
        ("somebody.elses", &json!([1]), "SUCCESS"),
        (COMPLETED, &once, "SUCCESS"),
        (COMPLETED, &no_series, "DROP"),
        (COMPLETED, &misfit, "DROP"),
        (COMPLETED, &unreadable, "DROP"),
        (COMPLETED, &json!({}), "DROP"),
    ];
    for (kind, event, outcome) in cases {
        let expected = (200, outcome.to_owned());
        assert_eq!(stage.deliver(kind, event).await, expected, "{kind} {event}");
    }
    assert!(stage.chat_api.requests().is_empty());
    stage.close().await;
}
