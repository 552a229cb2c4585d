//! Deleted tasks: brought back as they were, and forgotten in the end.

use axum::{Json, Router, http::Uri, routing::get};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use todo_service_kit::Clock;

use crate::{
    behind::{Heard, eventually},
    stage::{Answer, Stage, answer},
};

async fn patch(stage: &Stage, path: &str) -> Answer {
    answer(stage.request(Method::PATCH, path)).await
}

async fn delete(stage: &Stage, number: u32) {
    let request = stage.request(Method::DELETE, &format!("/tasks/{number}"));
    answer(request).await.expect(204);
}

/// What a task says, without what counts its changes.
fn words(mut task: Value) -> Value {
    for counter in ["revision", "updated_at"] {
        task[counter].take();
    }
    task
}

#[tokio::test]
async fn a_task_comes_back_as_it_was_with_its_number_and_id() {
    let stage = Stage::open().await;
    let body = json!({
        "title": "a", "description": "more", "priority": "high", "tags": ["t"], "project": "p", "duration_minutes": 5,
        "due": { "local": "2031-11-21T09:00" }, "recurrence": { "rule": "FREQ=WEEKLY;BYDAY=FR" },
        "reminders": [{ "before_minutes": 60, "channel": "email" }],
    });
    let task = stage.create(&body).await;
    let path = format!("/tasks/{}/restore", task["id"].as_str().unwrap());
    assert_eq!(patch(&stage, &path).await.expect(200), task, "it is there");
    assert_eq!(patch(&stage, "/tasks/2/restore").await.problem(404).0, "task_not_found");
    delete(&stage, 1).await;
    stage.create(&json!({ "title": "b" })).await;
    let mut heard = Heard::since_now(&stage).await;

    let back = patch(&stage, "/tasks/1/restore").await.expect(200);
    assert_eq!(words(back.clone()), words(task.clone()));
    assert_eq!(back["revision"], 3, "deleted at 2");
    assert_eq!(patch(&stage, &path).await.expect(200), back, "once");
    let (trail, updates, jobs) = eventually("what follows", async || {
        let (trail, updates) = (heard.events("task-events"), heard.events("task-updates"));
        let jobs = heard.jobs(&Method::POST);
        (trail.len() == 1 && updates.len() == 1 && jobs.len() == 1)
            .then_some((trail, updates, jobs))
    })
    .await;
    assert_eq!(
        (&trail[0]["event_type"], &trail[0]["changes"], &trail[0]["previous"]),
        (&json!("updated"), &json!(["status"]), &json!({ "status": "deleted" }))
    );
    assert_eq!((&updates[0]["sequence"], &updates[0]["revision"]), (&json!(4), &json!(3)));
    let planned = stage.value("(SELECT wake_at(remind_at) FROM reminders)").await;
    assert_eq!(jobs, [format!("wake-{planned}")]);
    assert_eq!(stage.value("(SELECT count(*) FROM deleted_tasks)").await, 0);

    delete(&stage, 1).await;
    assert_eq!(patch(&stage, &path).await.expect(200)["revision"], 5, "any number of times");
    patch(&stage, "/tasks/1/complete").await.expect(200);
    delete(&stage, 1).await;
    let done = patch(&stage, &path).await.expect(200);
    assert_eq!((&done["status"], &done["number"]), (&json!("completed"), &json!(1)));
    stage.close().await;
}

#[tokio::test]
async fn what_was_told_is_not_told_again() {
    let stage = Stage::open().await;
    let mut heard = Heard::since_now(&stage).await;
    let due = (Clock::system().now() + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M").to_string();
    let reminders = json!([{ "before_minutes": 120 }, { "before_minutes": 5 }]);
    stage.create(&json!({ "title": "a", "due": { "local": due }, "reminders": reminders })).await;
    eventually("the reminder", async || heard.events("reminders").pop()).await;
    delete(&stage, 1).await;
    patch(&stage, "/tasks/1/restore").await.expect(200);
    stage.tick("reminder-sweep").await;
    let states = "(SELECT jsonb_agg(fired_at IS NULL ORDER BY remind_at) FROM reminders)";
    assert_eq!(stage.value(states).await, json!([false, true]));
    assert_eq!(heard.events("reminders").len(), 1);
    stage.close().await;
}

#[tokio::test]
async fn many_come_back_at_once_and_follow_their_owner() {
    let stage = Stage::open().await;
    for title in ["a", "b", "c"] {
        stage.create(&json!({ "title": title, "due": { "local": "2031-11-22T17:00" } })).await;
    }
    let bulk = async |action: &str, ids: Value| {
        let body = json!({ "action": action, "ids": ids });
        let answer = stage.send(Method::POST, "/tasks/bulk", &body).await.expect(200);
        let of = |item: &Value| item["status"].as_str().unwrap().to_owned();
        answer["results"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(bulk("delete", json!([1, 2])).await, ["done", "done"]);
    let settings = json!({
        "zone": "Europe/Berlin", "locale": "en", "default_reminder_minutes": null, "channels": ["push"],
    });
    stage.send(Method::PUT, "/settings", &settings).await.expect(200);
    let mut heard = Heard::since_now(&stage).await;
    assert_eq!(
        bulk("restore", json!([1, 2, 3, 9])).await,
        ["done", "done", "unchanged", "not_found"]
    );
    stage.tick("outbox-sweep").await;
    for number in [1, 2, 3] {
        let task = stage.get(&format!("/tasks/{number}")).await.expect(200);
        assert_eq!(task["due_at"], "2031-11-22T16:00:00.000Z", "{number}");
    }
    let sequences = eventually("the frames", async || {
        let updates = heard.events("task-updates");
        (updates.len() == 4)
            .then(|| updates.iter().map(|u| u["sequence"].clone()).collect::<Vec<_>>())
    })
    .await;
    assert_eq!(sequences, [7, 8, 9, 10], "in the order of the sequence");
    stage.close().await;
}

#[tokio::test]
async fn what_a_deleted_task_said_is_forgotten_but_not_its_number() {
    async fn echo(uri: Uri) -> Json<Value> {
        let entry = json!({
            "time": "2026-11-22T12:00:00Z", "event_type": "deleted", "topic": "task-events", "actor": "api", "changes": [],
            "title": uri.query(),
        });
        Json(json!({ "entries": [entry], "next_cursor": null }))
    }
    let audit = Router::new().route("/internal/entries", get(echo));
    let stage = Stage::open_with(&[], Some(("audit", audit))).await;
    let id = stage.create(&json!({ "title": "a" })).await["id"].as_str().unwrap().to_owned();
    delete(&stage, 1).await;
    let aged = "WITH aged AS (UPDATE deleted_tasks SET deleted_at = deleted_at - interval '31 days' RETURNING 1)
        SELECT to_jsonb((SELECT count(*) FROM aged))::text, 'end'";
    assert_eq!(stage.query(aged).await, 1);
    stage.tick("outbox-sweep").await;
    assert_eq!(stage.value("(SELECT jsonb_agg(task) FROM deleted_tasks)").await, json!([null]));
    assert_eq!(patch(&stage, "/tasks/1/restore").await.problem(404).0, "task_not_found");
    let said = stage.send(Method::POST, "/chat", &json!({ "message": "history of 1" })).await;
    let reply = said.expect(200)["reply"].as_str().unwrap().to_owned();
    assert!(reply.contains(&id) && reply.contains("deleted"), "{reply}");
    let said = stage.send(Method::POST, "/chat", &json!({ "message": "history of 2" })).await;
    assert_eq!(said.expect(200)["action"], "none");
    stage.close().await;
}
