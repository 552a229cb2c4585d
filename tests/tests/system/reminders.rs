//! Reminders arrive, whatever becomes of the scheduler.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use todo_tests::{Person, Product, eventually};
use uuid::Uuid;

use crate::shared::product;

fn in_seconds(seconds: i64) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test is a client with a clock of its own")]
    let now = Utc::now();
    (now + TimeDelta::seconds(seconds)).to_rfc3339()
}

pub(crate) async fn remind(person: &Person, title: &str, seconds: i64) -> Value {
    let at = in_seconds(seconds);
    person.add(json!({ "title": title, "reminders": [{ "at": at, "channel": "push" }] })).await
}

#[tokio::test]
async fn a_job_brings_the_reminder_to_the_socket_on_time() {
    let ada = product().person("ada").await.unwrap();
    let mut socket = product().socket(&ada).await.unwrap();
    let task = remind(&ada, "feed the cat", 2).await;
    let frame = socket.until(|frame| frame["type"] == "notification").await.unwrap();
    assert_eq!((&frame["kind"], &frame["task_id"]), (&json!("reminder"), &task["id"]));
    assert!(frame["title"].as_str().unwrap().contains("feed the cat"), "{frame:#}");
    assert!(frame["late_by_ms"].as_u64().unwrap() < 3_000, "fired by its job: {frame:#}");
}

#[tokio::test]
async fn a_completed_task_does_not_remind() {
    let ada = product().person("ada").await.unwrap();
    let mut socket = product().socket(&ada).await.unwrap();
    let done = remind(&ada, "done before", 2).await;
    ada.patch(&format!("/tasks/{}/complete", done["number"]), json!({})).await;
    let open = remind(&ada, "still open", 3).await;
    let frame = socket.until(|frame| frame["type"] == "notification").await.unwrap();
    assert_eq!(frame["task_id"], open["id"]);
}

#[tokio::test]
async fn the_sweep_brings_what_the_scheduler_lost() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let mut socket = product.socket(&ada).await.unwrap();
    let task = remind(&ada, "lost job", 4).await;
    let database = product.database().await.unwrap();
    let id = task["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let find = "SELECT 'wake-' || tasks.wake_at(remind_at) FROM tasks.reminders WHERE task_id = $1";
    let job: String = database.query_one(find, &[&id]).await.unwrap().get(0);
    // The job is scheduled after the answer; then the scheduler loses everything it has.
    eventually("the job", async || product.has_job(&job).await.unwrap().then_some(())).await;
    product.lose_jobs().await.unwrap();
    product.suite().kill("chat-api").await.unwrap();
    product.suite().restart("chat-api").await.unwrap();
    let frame = socket.until(|frame| frame["type"] == "notification").await.unwrap();
    assert_eq!(frame["task_id"], task["id"]);
    assert!(frame["late_by_ms"].as_u64().unwrap() >= 3_000, "found by the sweep: {frame:#}");
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_before_although_its_reminder_has_come() {
    let ada = product().person("ada").await.unwrap();
    let mut socket = product().socket(&ada).await.unwrap();
    let reminders = json!([{ "at": in_seconds(1), "channel": "push" }]);
    let body = json!({ "title": "take the bread out", "reminders": reminders });
    let first = ada.add_keyed(&body).await;
    socket.until(|frame| frame["type"] == "notification").await.unwrap();
    assert_eq!(ada.add_keyed(&body).await, first);
    assert_eq!(ada.tasks("").await.len(), 1);
}
