//! What a process left behind is told by another, and old rows are forgotten.

use std::time::Duration;

use serde_json::{Value, json};
use todo_events::Channel;
use uuid::Uuid;

use notification::{domain::Story, ledger::Claim};

use crate::stage::{Stage, eventually, reminder};

/// A reminder whose process died after it had put it on the ledger.
async fn left_behind(stage: &Stage, user: &str) -> Value {
    let data = reminder(user, "push");
    let read = serde_json::from_value(data.clone()).unwrap();
    let claim = Claim {
        event_id: serde_json::from_value(data["event_id"].clone()).unwrap(),
        user_id: user.parse().unwrap(),
        story: Story::of_reminder(read),
        extra: None,
        fallback: None,
        holds: true,
        actor: None,
        claim: Uuid::new_v4(),
    };
    let claimed = stage.ledger.claim(&[&claim]).await.unwrap();
    assert_eq!(claimed[0].rows.len(), 1);
    // A statement whose answer was lost is run again, and must not lose the claim.
    assert_eq!(stage.ledger.claim(&[&claim]).await.unwrap()[0].rows.len(), 1);
    let other = Claim { claim: Uuid::new_v4(), ..claim };
    assert_eq!(stage.ledger.claim(&[&other]).await.unwrap()[0].rows.len(), 0);
    data
}

#[tokio::test]
async fn what_was_left_is_told_after_its_lease_and_once() {
    let stage = Stage::open(&[]).await;
    let mut left = Vec::new();
    for number in 0..5 {
        left.push(left_behind(&stage, &format!("user-{number}")).await);
    }
    stage.sweep().await;
    stage.settled(&left[0]["event_id"], &["pending"]).await;

    stage.leases_run_out().await;
    tokio::join!(stage.sweep(), stage.sweep(), stage.sweep());
    for data in &left {
        stage.settled(&data["event_id"], &["sent"]).await;
    }
    let told = eventually("all five", async || {
        Some(stage.world.notifications()).filter(|told| told.len() >= 5)
    })
    .await;
    assert_eq!(told.len(), 5);
    stage.close().await;
}

/// Who wanted quiet is not told late.
#[tokio::test]
async fn what_a_mute_held_says_so_when_it_is_taken() {
    let stage = Stage::open(&[]).await;
    stage.prefer("ada", &json!({ "muted_until": "2099-01-01T00:00:00Z" })).await;
    let held = reminder("ada", "push");
    stage.deliver("reminders", "todo.reminder.due.v1", &held).await;
    stage.settled(&held["event_id"], &["held"]).await;
    stage.prefer("ada", &json!({})).await;
    let take = async || {
        let rows = stage.ledger.take(&[Channel::Push], Duration::from_secs(30), 10).await.unwrap();
        rows.iter().map(|row| row.was_held).collect::<Vec<_>>()
    };
    assert_eq!(take().await, [true]);
    stage.leases_run_out().await;
    assert_eq!(take().await, [false], "the mute is over");
    stage.close().await;
}

#[tokio::test]
async fn a_redelivery_after_the_lease_tells_with_the_same_id() {
    let stage = Stage::open(&[]).await;
    let data = left_behind(&stage, "ziakhan").await;
    stage.leases_run_out().await;
    assert_eq!(stage.deliver("reminders", "todo.reminder.due.v1", &data).await, "SUCCESS");
    stage.settled(&data["event_id"], &["sent"]).await;
    stage.close().await;
}

#[tokio::test]
async fn only_old_settled_rows_are_forgotten() {
    let stage = Stage::open(&[]).await;
    let (old, new) = (reminder("ziakhan", "push"), reminder("ziakhan", "push"));
    for data in [&old, &new] {
        stage.deliver("reminders", "todo.reminder.due.v1", data).await;
        stage.settled(&data["event_id"], &["sent"]).await;
    }
    let waiting = left_behind(&stage, "ziakhan").await;
    let text = format!(
        "WITH u AS (UPDATE deliveries SET created_at = now() - interval '31 days',
            settled_at = settled_at - interval '31 days' WHERE event_id IN ('{}', '{}') RETURNING 1)
         SELECT to_jsonb((SELECT count(*) FROM u))::text, 'end'",
        old["event_id"].as_str().unwrap(),
        waiting["event_id"].as_str().unwrap()
    );
    assert_eq!(stage.query(&text).await, json!(2));
    stage.sweep().await;
    assert_eq!(stage.rows(&old["event_id"]).await.len(), 0);
    assert_eq!(stage.rows(&new["event_id"]).await.len(), 1);
    assert_eq!(stage.rows(&waiting["event_id"]).await.len(), 1);
    stage.close().await;
}
