//! A reminder is told once, however it is delivered.

use serde_json::{Value, json};

use crate::stage::{Stage, eventually, reminder};

const DUE: &str = "todo.reminder.due.v1";

#[tokio::test]
async fn a_reminder_that_is_delivered_again_is_told_once() {
    let stage = Stage::open(&[]).await;
    let (data, last) = (reminder("ziakhan", "push"), reminder("ziakhan", "push"));
    for _ in 0..5 {
        stage.publish("reminders", DUE, &data).await;
    }
    // Same key, so it comes after the five.
    stage.publish("reminders", DUE, &last).await;
    let told = eventually("both notifications", async || {
        Some(stage.world.notifications()).filter(|told| {
            told.iter().any(|event| event["data"]["reminder_id"] == last["reminder_id"])
        })
    })
    .await;

    assert_eq!(told.len(), 2, "{told:?}");
    let (event, notification) = (&told[0], &told[0]["data"]);
    assert_eq!(event["type"], "todo.notification.raised.v1");
    assert_eq!(event["id"], notification["event_id"]);
    assert_eq!(notification["kind"], "reminder");
    assert_eq!(notification["channel"], "push");
    assert_eq!(notification["title"], "Call <mom>");
    assert_eq!(notification["body"], "Due in 1 hour");
    assert_eq!(notification["task_id"], data["task_id"]);
    assert_eq!(notification["user_id"], "ziakhan");
    stage.settled(&data["event_id"], &["sent"]).await;
    stage.close().await;
}

/// Another event for the same reminder's moment.
fn by_mail_as_well(shown: &Value) -> Value {
    let mut mailed = reminder("ziakhan", "email");
    for field in ["task_id", "remind_at"] {
        mailed[field] = shown[field].clone();
    }
    mailed
}

#[tokio::test]
async fn two_channels_at_one_moment_are_shown_once() {
    let stage = Stage::open(&[]).await;
    let shown = reminder("ziakhan", "push");
    let mailed = by_mail_as_well(&shown);
    let mut later = mailed.clone();
    later["event_id"] = uuid::Uuid::now_v7().to_string().into();
    later["remind_at"] = json!("2031-01-01T00:00:00.000Z");
    for event in [&shown, &mailed, &later] {
        assert_eq!(stage.deliver("reminders", DUE, event).await, "SUCCESS");
    }
    stage.settled(&shown["event_id"], &["sent"]).await;
    stage.settled(&later["event_id"], &["sent"]).await;
    assert!(
        stage.rows(&mailed["event_id"]).await.is_empty(),
        "there is no mail here to fall back from"
    );
    stage.close().await;
}

#[tokio::test]
async fn what_comes_in_one_batch_is_told_once_each() {
    let stage = Stage::open(&[]).await;
    let shown = reminder("ziakhan", "push");
    let mailed = by_mail_as_well(&shown);
    let other = reminder("ziakhan", "push");
    let batch = [&other, &shown, &mailed, &shown];
    assert_eq!(stage.deliver_batch("reminders", DUE, &batch).await, ["SUCCESS"; 4]);
    for event in [&shown, &other] {
        stage.settled(&event["event_id"], &["sent"]).await;
    }
    assert!(stage.rows(&mailed["event_id"]).await.is_empty(), "it is shown already");
    assert_eq!(stage.world.notifications().len(), 2);
    stage.close().await;
}

#[tokio::test]
async fn concurrent_deliveries_tell_once() {
    let stage = Stage::open(&[]).await;
    let data = reminder("ziakhan", "push");
    let delivery = || stage.deliver("reminders", DUE, &data);
    let all = tokio::join!(delivery(), delivery(), delivery(), delivery(), delivery(), delivery());
    for status in [all.0, all.1, all.2, all.3, all.4, all.5] {
        assert_eq!(status, "SUCCESS");
    }
    stage.settled(&data["event_id"], &["sent"]).await;
    // A later one of the same user shows that nothing else is on its way.
    let last = reminder("ziakhan", "push");
    stage.deliver("reminders", DUE, &last).await;
    let told = eventually("the last one", async || {
        Some(stage.world.notifications()).filter(|told| {
            told.iter().any(|event| event["data"]["reminder_id"] == last["reminder_id"])
        })
    })
    .await;
    assert_eq!(told.len(), 2);
    stage.close().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_what_is_unknown_is_passed_over() {
    let stage = Stage::open(&[]).await;
    let data = json!({ "event_id": "e1", "user_id": "ziakhan" });
    assert_eq!(stage.deliver("reminders", DUE, &data).await, "DROP");
    assert_eq!(stage.deliver("reminders", "todo.reminder.due.v9", &data).await, "SUCCESS");
    assert_eq!(stage.query("SELECT to_jsonb(count(*))::text, 'end' FROM deliveries").await, 0);
    stage.close().await;
}

#[tokio::test]
async fn a_broker_that_is_away_stops_no_events() {
    let stage = Stage::open(&[("PUBSUB_NAME", "elsewhere")]).await;
    let data = reminder("ziakhan", "push");
    assert_eq!(stage.deliver("reminders", DUE, &data).await, "SUCCESS");
    let told = async || {
        let [row] = &stage.rows(&data["event_id"]).await[..] else { panic!("one row") };
        row[3].clone().map(|error| (row[1].clone(), error))
    };
    let (state, error) = eventually("the ledger to be told", told).await;
    assert_eq!(state.as_deref(), Some("pending"));
    assert!(error.contains("ERR_PUBSUB_NOT_FOUND"), "{error}");
    stage.close().await;
}

#[tokio::test]
async fn what_happened_is_counted() {
    let metrics = todo_service_kit::telemetry::Metrics::install();
    let stage = Stage::open(&[]).await;
    let data = reminder("ziakhan", "push");
    for _ in 0..2 {
        stage.deliver("reminders", DUE, &data).await;
    }
    stage.settled(&data["event_id"], &["sent"]).await;
    // Other tests of this process count along, so only what is there can be told, not how much.
    let text = metrics.render();
    for series in [
        r#"notification_events_total{topic="reminders",outcome="claimed"}"#,
        r#"notification_events_total{topic="reminders",outcome="duplicate"}"#,
        r#"notification_attempts_total{channel="push",outcome="sent"}"#,
        "notification_reminder_lateness_seconds_bucket{le=\"600\"}",
        "# HELP notification_reminder_lateness_seconds",
    ] {
        assert!(text.contains(series), "{series} in {text}");
    }
    stage.close().await;
}
