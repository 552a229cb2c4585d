//! Tasks that follow their owner to another zone.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use todo_service_kit::Clock;

use crate::{
    behind::{Heard, eventually},
    stage::{Stage, answer},
};

/// How many tasks still stand in another zone than their owner.
const BEHIND: &str = "(SELECT count(*) FROM tasks t JOIN users u USING (user_id)
    WHERE t.completed_at IS NULL AND floats(t.due) AND t.zone <> u.zone)";
const MARK: &str = "(SELECT zone_move FROM users)";

async fn move_to(stage: &Stage, zone: &str) {
    let settings = json!({
        "zone": zone, "locale": "en", "default_reminder_minutes": null, "channels": ["push"],
    });
    stage.send(Method::PUT, "/settings", &settings).await.expect(200);
}

async fn task(stage: &Stage, number: u32) -> Value {
    stage.get(&format!("/tasks/{number}")).await.expect(200)
}

/// The wall clock of Greenwich, some minutes from now.
fn local_in(minutes: i64) -> String {
    let at: DateTime<Utc> = Clock::system().now() + TimeDelta::minutes(minutes);
    at.format("%Y-%m-%dT%H:%M").to_string()
}

#[tokio::test]
async fn what_floats_follows_and_what_does_not_stays() {
    let stage = Stage::open().await;
    let hour = json!([{ "before_minutes": 60 }]);
    let local = json!({ "local": "2031-11-22T17:00" });
    for body in [
        json!({ "title": "local", "due": local, "reminders": hour }),
        json!({ "title": "day", "due": { "date": "2031-11-22" }, "reminders": [] }),
        json!({ "title": "instant", "due": { "at": "2031-11-22T12:00:00Z", "zone": "Asia/Karachi" }, "reminders": [] }),
        json!({ "title": "some day" }),
        json!({ "title": "done", "due": local, "reminders": [] }),
    ] {
        stage.create(&body).await;
    }
    answer(stage.request(Method::PATCH, "/tasks/5/complete")).await.expect(200);
    let stayed = [task(&stage, 3).await, task(&stage, 4).await, task(&stage, 5).await];
    let reminder = stage.value("(SELECT max(id::text) FROM reminders)").await;
    let before = stage.get("/tasks").await.expect(200)["sequence"].as_u64().unwrap();
    let mut heard = Heard::since_now(&stage).await;

    move_to(&stage, "Europe/Berlin").await;
    let (local, day) = (task(&stage, 1).await, task(&stage, 2).await);
    assert_eq!(
        (&local["due_at"], &local["zone"], &local["revision"]),
        (&json!("2031-11-22T16:00:00.000Z"), &json!("Europe/Berlin"), &json!(2))
    );
    assert_eq!(local["reminders"][0]["remind_at"], "2031-11-22T15:00:00.000Z");
    assert_eq!((&day["due_at"], &day["revision"]), (&json!("2031-11-22T22:59:59.000Z"), &json!(2)));
    for (number, before) in [3, 4, 5].into_iter().zip(stayed) {
        assert_eq!(task(&stage, number).await, before);
    }
    assert_eq!(stage.get("/tasks").await.expect(200)["sequence"], before + 2);
    assert_eq!((stage.value(BEHIND).await, stage.value(MARK).await), (json!(0), Value::Null));

    let (trail, updates) = eventually("the events", async || {
        let both = (heard.events("task-events"), heard.events("task-updates"));
        (both.0.len() == 2 && both.1.len() == 2).then_some(both)
    })
    .await;
    let of_local = trail.iter().find(|event| event["task_id"] == local["id"]).unwrap();
    assert_eq!(
        (&of_local["event_type"], &of_local["changes"], &of_local["actor"]),
        (&json!("updated"), &json!(["due_at", "reminders", "zone"]), &json!("api"))
    );
    assert_eq!(of_local["previous"]["due_at"], "2031-11-22T17:00:00.000Z");
    assert_eq!(of_local["previous"]["zone"], "UTC");
    let sequences: Vec<_> =
        updates.iter().map(|update| update["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, [before + 1, before + 2], "published in the order of the sequence");
    let planned = stage.value("(SELECT max(id::text) FROM reminders)").await;
    assert_ne!(planned, reminder);
    let moment = stage.value("(SELECT wake_at(remind_at) FROM reminders)").await;
    eventually("the job", async || {
        heard.jobs(&Method::POST).contains(&format!("wake-{moment}")).then_some(())
    })
    .await;
    stage.close().await;
}

#[tokio::test]
async fn hours_that_a_zone_skips_and_repeats_come_out_as_for_a_new_task() {
    let stage = Stage::open().await;
    for local in ["2031-03-30T02:30", "2031-10-26T02:30"] {
        stage.create(&json!({ "title": local, "due": { "local": local } })).await;
    }
    move_to(&stage, "Europe/Berlin").await;
    assert_eq!(task(&stage, 1).await["due_at"], "2031-03-30T01:30:00.000Z", "forward by the gap");
    assert_eq!(task(&stage, 2).await["due_at"], "2031-10-26T00:30:00.000Z", "the first of the two");
    for (number, local) in [(1, "2031-03-30T02:30"), (2, "2031-10-26T02:30")] {
        let made = stage.create(&json!({ "title": local, "due": { "local": local } })).await;
        assert_eq!(task(&stage, number).await["due_at"], made["due_at"]);
    }
    stage.close().await;
}

#[tokio::test]
async fn a_reminder_that_is_past_now_comes_once_while_there_is_time() {
    let stage = Stage::open().await;
    let mut heard = Heard::since_now(&stage).await;
    let mut told = async |count: usize| {
        eventually("the reminders", async || {
            let events = heard.events("reminders");
            assert!(events.len() <= count, "{events:?}");
            (events.len() == count).then_some(events)
        })
        .await
    };
    // Karachi is five hours ahead, so its wall clock comes to these times five hours earlier.
    for (title, due, lead) in [
        ("told already", local_in(6 * 60), 7 * 60),
        ("still ahead", local_in(6 * 60), 2 * 60),
        ("overdue by then", local_in(3 * 60), 60),
    ] {
        let reminders = json!([{ "before_minutes": lead }]);
        stage
            .create(&json!({ "title": title, "due": { "local": due }, "reminders": reminders }))
            .await;
    }
    assert_eq!(told(1).await[0]["title"], "told already");
    move_to(&stage, "Asia/Karachi").await;
    let events = told(2).await;
    assert_eq!(events[1]["title"], "still ahead");
    assert!(events[1]["late_by_ms"].as_u64().unwrap() > 3_000_000, "{events:?}");
    let waiting = "(SELECT count(*) FROM reminders WHERE fired_at IS NULL)";
    assert_eq!(stage.value(waiting).await, 0, "what is overdue reminds no more");
    stage.tick("reminder-sweep").await;
    // Back home, each moment is ahead again but for the one that was told there.
    move_to(&stage, "UTC").await;
    assert_eq!(stage.value(waiting).await, 2);
    stage.tick("reminder-sweep").await;
    assert_eq!(told(2).await.len(), 2);
    stage.close().await;
}

/// Tasks beyond those that follow before the settings are answered.
const MANY: u64 = 700;

#[tokio::test]
async fn many_tasks_follow_in_steps_that_a_sweep_goes_on_with() {
    let stage = Stage::open().await;
    stage.create(&json!({ "title": "a", "due": { "local": "2031-11-22T17:00" } })).await;
    let copies = format!(
        "WITH made AS (
            INSERT INTO tasks (id, user_id, number, title, description, priority, tags, due, due_at, remind_from, due_start, zone,
                reminders, created_at, updated_at, created_by, command_id)
            SELECT gen_random_uuid(), user_id, number + n, title, description, priority, tags, due, due_at, remind_from, due_start,
                zone, reminders, created_at, updated_at, created_by, gen_random_uuid()
            FROM tasks, generate_series(1, {MANY}) AS n RETURNING 1
        ) SELECT to_jsonb((SELECT count(*) FROM made))::text, 'end'"
    );
    assert_eq!(stage.query(&copies).await, MANY);
    stage.wire.take();
    move_to(&stage, "Europe/Berlin").await;
    let left = stage.value(BEHIND).await.as_u64().unwrap();
    assert!(left > 0 && left < MANY, "{left}");
    assert!(!stage.value(MARK).await.is_null(), "what is left is noted");
    stage.tick("outbox-sweep").await;
    assert_eq!((stage.value(BEHIND).await, stage.value(MARK).await), (json!(0), Value::Null));
    let moves = stage.wire.take().into_iter().filter_map(|call| call.statement());
    let moves = moves.filter(|sql| sql.contains("zone_move = CASE WHEN i.last")).count();
    assert_eq!(moves, 4, "200 at a time, and the rest");
    let revisions = "(SELECT jsonb_build_array(min(revision), max(revision)) FROM tasks)";
    assert_eq!(stage.value(revisions).await, json!([2, 2]), "each of them once");
    assert_eq!(stage.value("(SELECT sequence FROM users)").await, 1 + MANY + 1);
    stage.tick("outbox-sweep").await;
    assert_eq!(stage.value(revisions).await, json!([2, 2]));
    stage.close().await;
}

#[tokio::test]
async fn what_opens_later_follows_then() {
    let stage = Stage::open().await;
    let repeat = json!({ "rule": "FREQ=DAILY" });
    let due = json!({ "local": "2031-11-22T17:00" });
    stage.create(&json!({ "title": "a", "due": due })).await;
    let series = stage.create(&json!({ "title": "b", "due": due, "recurrence": repeat })).await;
    for number in [1, 2] {
        answer(stage.request(Method::PATCH, &format!("/tasks/{number}/complete")))
            .await
            .expect(200);
    }
    move_to(&stage, "Europe/Berlin").await;
    assert_eq!(task(&stage, 1).await["due_at"], "2031-11-22T17:00:00.000Z");
    answer(stage.request(Method::PATCH, "/tasks/1/reopen")).await.expect(200);
    stage.tick("outbox-sweep").await;
    let reopened = task(&stage, 1).await;
    assert_eq!(
        (&reopened["due_at"], &reopened["revision"]),
        (&json!("2031-11-22T16:00:00.000Z"), &json!(4))
    );

    // The next occurrence was computed while the user was elsewhere.
    let next = json!({
        "predecessor_id": series["id"], "series_id": series["series_id"], "user_id": "ziakhan", "correlation_id": "c-1",
        "next": { "due": { "local": "2031-11-23T17:00" }, "zone": "UTC", "missed": 0 },
    });
    let (status, made) = stage.call(Method::POST, "internal/occurrences", &next).await;
    assert_eq!((status, &made["outcome"]), (201, &json!("created")));
    assert_eq!(made["task"]["due_at"], "2031-11-23T16:00:00.000Z");
    assert_eq!(made["task"]["zone"], "Europe/Berlin");
    let (status, again) = stage.call(Method::POST, "internal/occurrences", &next).await;
    assert_eq!((status, &again["outcome"]), (200, &json!("exists")));
    stage.close().await;
}
