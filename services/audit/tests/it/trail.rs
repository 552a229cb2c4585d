//! One row and one line for each event, however often and however concurrently it is delivered.

use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;

use crate::stage::{Stage, eventually, task_event};

const CREATED: &str = "todo.task.created.v1";
const NOW: &str = "2026-11-22T12:00:00Z";

fn id() -> String {
    Uuid::now_v7().to_string()
}

#[tokio::test]
async fn an_event_that_is_delivered_again_is_one_row_and_one_line() {
    let stage = Stage::open().await;
    let (event, task) = (id(), id());
    let data = task_event(&event, "ziakhan", &task, NOW);
    for _ in 0..5 {
        stage.publish("task-events", CREATED, &event, &task, &data).await;
    }
    // Same key, so it comes after the five.
    let last = id();
    let data = task_event(&last, "ziakhan", &task, NOW);
    stage.publish("task-events", CREATED, &last, &task, &data).await;
    let lines = eventually("both lines", async || {
        Some(stage.lines()).filter(|lines| lines.iter().any(|line| line["event_id"] == *last))
    })
    .await;

    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        json!({
            "audit": true, "time": NOW, "event_id": event, "event_type": "created", "topic": "task-events",
            "user_id": "ziakhan", "task_id": task, "revision": 1, "actor": "api", "changes": [], "diff": [],
            "correlation_id": "c-1", "title": "Call mom",
        })
    );
    assert_eq!(stage.query("SELECT to_jsonb(count(*))::text, 'end' FROM entries").await, 2);
    stage.close().await;
}

#[tokio::test]
async fn concurrent_deliveries_are_one_line_and_leave_nothing_to_print() {
    let stage = Stage::open().await;
    let event = id();
    let data = task_event(&event, "ziakhan", &id(), NOW);
    let delivery = || stage.deliver("events/task-events", CREATED, &data);
    let all = tokio::join!(delivery(), delivery(), delivery(), delivery(), delivery(), delivery());
    for reply in [all.0, all.1, all.2, all.3, all.4, all.5] {
        assert_eq!((reply.status, &reply.body[..]), (200, &br#"{"status":"SUCCESS"}"#[..]));
    }
    assert_eq!(stage.lines().len(), 1);
    let unprinted = "SELECT to_jsonb(count(*))::text, 'end' FROM unprinted";
    eventually("the note to go", async || (stage.query(unprinted).await == 0).then_some(())).await;
    stage.close().await;
}

#[tokio::test]
async fn an_event_that_the_database_cannot_hold_fails_alone() {
    let stage = Stage::open().await;
    let good: Vec<_> = (0..6).map(|_| task_event(&id(), "ziakhan", &id(), NOW)).collect();
    let poison = json!({ "title": "\0" });
    let deliveries = good.iter().map(|data| (CREATED, data));
    let deliveries = deliveries.chain([("todo.task.praised.v9", &poison)]);
    let replies = deliveries.map(|(kind, data)| stage.deliver("events/task-events", kind, data));
    let mut replies = join_all(replies).await;
    assert_eq!(replies.pop().map(|reply| reply.status), Some(503));
    for reply in replies {
        assert_eq!((reply.status, &reply.body[..]), (200, &br#"{"status":"SUCCESS"}"#[..]));
    }
    assert_eq!(stage.lines().len(), good.len());
    stage.close().await;
}

#[tokio::test]
async fn a_line_that_its_printer_did_not_live_to_print_is_printed_by_another() {
    let stage = Stage::open().await;
    let event = id();
    let data = task_event(&event, "ziakhan", &id(), NOW);
    stage.deliver("events/task-events", CREATED, &data).await;
    let unprinted = "SELECT to_jsonb(count(*))::text, 'end' FROM unprinted";
    eventually("the note to go", async || (stage.query(unprinted).await == 0).then_some(())).await;
    // As if the process had died between the commit and the line.
    let died =
        "WITH note AS (INSERT INTO unprinted SELECT event_id, now() FROM entries RETURNING 1)
        SELECT to_jsonb((SELECT count(*) FROM note))::text, 'end'";
    stage.query(died).await;

    let (trail, output) = stage.other_replica();
    trail.print_forgotten().await;
    trail.print_forgotten().await;
    let lines = output.lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0], stage.lines()[0]);
    stage.close().await;
}

#[tokio::test]
async fn what_is_unknown_is_kept_and_what_is_misshapen_is_refused() {
    let stage = Stage::open().await;
    let data = json!({ "event_id": id(), "user_id": "ziakhan", "new": true });
    let reply = stage.deliver("events/reminders", "todo.reminder.snoozed.v9", &data).await;
    assert_eq!(&reply.body[..], br#"{"status":"SUCCESS"}"#);
    assert_eq!(stage.lines()[0]["event_type"], "todo.reminder.snoozed.v9");
    assert_eq!(stage.lines()[0]["user_id"], "ziakhan");

    let reply = stage.deliver("events/reminders", "todo.reminder.due.v1", &data).await;
    assert_eq!((reply.status, &reply.body[..]), (200, &br#"{"status":"DROP"}"#[..]));
    assert_eq!(stage.lines().len(), 1);
    stage.close().await;
}

#[tokio::test]
async fn nobody_edits_what_happened() {
    let stage = Stage::open().await;
    stage.deliver("events/task-events", CREATED, &task_event(&id(), "ziakhan", &id(), NOW)).await;
    for change in ["UPDATE entries SET user_id = 'other'", "DELETE FROM entries"] {
        let text = format!("WITH w AS ({change} RETURNING 1) SELECT count(*)::text, 'end' FROM w");
        let statement = todo_dapr::Statement::new("forbidden", &text);
        assert!(stage.sql.run_text(&statement, &[]).await.is_err(), "{change}");
    }
    let (_, answer) = stage.get("internal/entries?user_id=ziakhan").await;
    assert_eq!(answer["entries"].as_array().unwrap().len(), 1);
    stage.close().await;
}
