//! Entries are kept for long enough, and no longer.

use reqwest::Method;
use serde_json::json;
use todo_dapr::{Invocation, Statement};
use uuid::Uuid;

use crate::stage::{Stage, eventually, task_event};

/// More than one statement takes.
const OLD: u64 = 1_500;

async fn count(stage: &Stage) -> u64 {
    stage.query("SELECT to_jsonb(count(*))::text, 'end' FROM entries").await.as_u64().unwrap()
}

/// Copies the entry that is there to entries that came `days` ago.
async fn came(stage: &Stage, days: u32, copies: u64) {
    let text = format!(
        "WITH copied AS (
            INSERT INTO entries (event_id, topic, event_type, occurred_at, stored_at, user_id, data)
            SELECT gen_random_uuid(), topic, event_type, occurred_at, now() - interval '{days} days', user_id, data
            FROM (SELECT * FROM entries LIMIT 1) AS one, generate_series(1, {copies}) RETURNING 1
        ) SELECT to_jsonb((SELECT count(*) FROM copied))::text, 'end'"
    );
    assert_eq!(stage.query(&text).await, copies);
}

pub(crate) async fn sweep(stage: &Stage) {
    let call = Invocation::with_body("audit", Method::POST, "cron/audit-sweep", "{}".into());
    let reply = stage.others.invoke(call).await.unwrap();
    assert!(reply.is_success(), "{reply:?}");
}

#[tokio::test]
async fn old_entries_go_and_nothing_else_does() {
    let stage = Stage::open().await;
    let id = || Uuid::now_v7().to_string();
    let event = task_event(&id(), "ziakhan", &id(), "2020-11-22T12:00:00Z");
    stage.deliver("events/task-events", "todo.task.created.v1", &event).await;
    came(&stage, 399, 2).await;
    came(&stage, 401, OLD).await;
    // The line of one of them was never printed.
    let unprinted = "WITH note AS (
            INSERT INTO unprinted SELECT event_id, 'infinity' FROM entries WHERE stored_at < now() - interval '400 days' LIMIT 1
            RETURNING 1
        ) SELECT to_jsonb((SELECT count(*) FROM note))::text, 'end'";
    assert_eq!(stage.query(unprinted).await, 1);
    sweep(&stage).await;
    eventually("the old ones to go", async || (count(&stage).await == 1 + 2 + 1).then_some(()))
        .await;
    sweep(&stage).await;
    assert_eq!(count(&stage).await, 4, "the age is that of its coming, not what the event says");
    stage.close().await;
}

#[tokio::test]
async fn old_dead_letters_go_as_well() {
    let stage = Stage::open().await;
    let insert = "WITH letter AS (
            INSERT INTO dead_letters (id, dead_letter_topic, source_topic, source_app, reason, body, body_encoding, first_seen, last_seen)
            SELECT gen_random_uuid(), 'task-events.audit.dead', 'task-events', 'audit', 'unreadable', '{}', 'utf8',
                now() - interval '500 days', now() - make_interval(days => days)
            FROM unnest('{399,401,450}'::int[]) AS days RETURNING 1
        ) SELECT to_jsonb((SELECT count(*) FROM letter))::text, 'end'";
    assert_eq!(stage.query(insert).await, 3);
    sweep(&stage).await;
    let left = "SELECT to_jsonb(count(*))::text, 'end' FROM dead_letters";
    eventually("the old ones to go", async || (stage.query(left).await == 1).then_some(())).await;
    stage.close().await;
}

#[tokio::test]
async fn what_is_young_cannot_be_deleted_and_nothing_changed() {
    let stage = Stage::open().await;
    let event = Uuid::now_v7().to_string();
    let data = task_event(&event, "ziakhan", &Uuid::now_v7().to_string(), "2026-11-22T12:00:00Z");
    stage.deliver("events/task-events", "todo.task.created.v1", &data).await;
    came(&stage, 27, 1).await;
    for statement in [
        "DELETE FROM entries WHERE stored_at > now() - interval '28 days'",
        "UPDATE entries SET user_id = 'other'",
    ] {
        let text = format!(
            "WITH done AS ({statement} RETURNING 1) SELECT to_jsonb((SELECT count(*) FROM done))::text, 'end'"
        );
        let refused = stage.sql.run_text(&Statement::new("test", &text), &[]).await;
        assert!(refused.is_err(), "{statement}: {refused:?}");
    }
    assert_eq!(count(&stage).await, 2);
    let users = "SELECT to_jsonb(array_agg(DISTINCT user_id))::text, 'end' FROM entries";
    assert_eq!(stage.query(users).await, json!(["ziakhan"]));
    stage.close().await;
}
