//! One occurrence follows another, exactly one.

use serde_json::{Value, json};
use todo_tests::{Person, eventually};

use crate::shared::product;

async fn successors(person: &Person, series: &Value) -> Vec<Value> {
    let tasks = person.tasks("&status=all&sort=number").await;
    tasks.into_iter().filter(|task| &task["series_id"] == series).collect()
}

async fn open_occurrence(person: &Person, series: &Value) -> Value {
    eventually("an open occurrence", async || {
        let all = successors(person, series).await;
        all.into_iter().find(|task| task["status"] == "open")
    })
    .await
}

#[tokio::test]
async fn completing_a_repeating_task_brings_the_next() {
    let ada = product().person("ada").await.unwrap();
    let reply = ada.say("water the plants every friday").await;
    let task = &reply["tasks"][0];
    assert_eq!(task["recurrence"]["rule"], "FREQ=WEEKLY;BYDAY=FR", "{reply:#}");
    ada.patch(&format!("/tasks/{}/complete", task["number"]), json!({})).await;
    let all = eventually("the next occurrence", async || {
        Some(successors(&ada, &task["series_id"]).await).filter(|all| all.len() == 2)
    })
    .await;
    let (first, next) = (&all[0], &all[1]);
    let day =
        |task: &Value| task["due"]["date"].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap();
    assert_eq!((day(next) - day(first)).num_days(), 7);
    assert_eq!((&next["status"], &next["created_by"]), (&json!("open"), &json!("recurring")));
}

#[tokio::test]
async fn a_completion_that_is_delivered_again_brings_nothing_more() {
    let ada = product().person("ada").await.unwrap();
    let task = ada
        .add(json!({ "title": "stand up", "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } }))
        .await;
    let path = format!("/tasks/{}", task["number"]);
    let completed = ada.patch(&format!("{path}/complete"), json!({})).await.body;
    eventually("the next occurrence", async || {
        (successors(&ada, &task["series_id"]).await.len() == 2).then_some(())
    })
    .await;
    // The same completion again, ten times, as a broker may deliver it.
    let event = json!({
        "schema_version": 1, "event_id": uuid::Uuid::now_v7(), "event_type": "completed", "task_id": task["id"],
        "user_id": ada.user(), "revision": completed["revision"], "timestamp": completed["completed_at"], "actor": "api",
        "correlation_id": "again", "changes": ["status"], "task_data": completed,
    });
    let query = "?metadata.cloudevent.type=todo.task.completed.v1&metadata.cloudevent.id=again";
    for _ in 0..10 {
        product()
            .publish(query, "task-events", "application/json", event.to_string())
            .await
            .unwrap();
    }
    // Reopened, it takes its successor back; completed once more, it is followed once more.
    ada.patch(&format!("{path}/reopen"), json!({})).await;
    assert_eq!(successors(&ada, &task["series_id"]).await.len(), 1);
    ada.patch(&format!("{path}/complete"), json!({})).await;
    // A marker behind them all: a second series, whose successor shows that everything before was handled.
    let marker = ada
        .add(json!({ "title": "marker", "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } }))
        .await;
    ada.patch(&format!("/tasks/{}/complete", marker["number"]), json!({})).await;
    eventually("the marker's successor", async || {
        (successors(&ada, &marker["series_id"]).await.len() == 2).then_some(())
    })
    .await;
    eventually("the trail of both completions", async || {
        let trail = ada.trail(task["id"].as_str().unwrap()).await;
        (trail.iter().filter(|entry| entry["event_type"] == "completed").count() >= 3).then_some(())
    })
    .await;
    assert_eq!(successors(&ada, &task["series_id"]).await.len(), 2);
}

#[tokio::test]
async fn a_next_occurrence_that_somebody_changed_stays_when_its_completion_is_taken_back() {
    let ada = product().person("ada").await.unwrap();
    let task = ada
        .add(json!({ "title": "water", "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } }))
        .await;
    let path = format!("/tasks/{}", task["number"]);
    ada.patch(&format!("{path}/complete"), json!({})).await;
    let next = open_occurrence(&ada, &task["series_id"]).await;
    ada.patch(&format!("/tasks/{}", next["number"]), json!({ "description": "only the roses" }))
        .await;
    ada.patch(&format!("{path}/reopen"), json!({})).await;
    assert_eq!(successors(&ada, &task["series_id"]).await.len(), 2);
}

#[tokio::test]
async fn a_series_ends_with_its_count() {
    let ada = product().person("ada").await.unwrap();
    let task = ada
        .add(json!({ "title": "pill", "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY;COUNT=2" } }))
        .await;
    for expected in [2, 2] {
        let open = open_occurrence(&ada, &task["series_id"]).await;
        ada.patch(&format!("/tasks/{}/complete", open["number"]), json!({})).await;
        eventually("what follows", async || {
            (successors(&ada, &task["series_id"]).await.len() == expected).then_some(())
        })
        .await;
    }
}
