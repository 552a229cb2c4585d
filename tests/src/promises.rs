//! What a writer was promised, and whether it was kept.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{Person, within};

/// What an event did not lead to, because it ended as a dead letter in an outage, the slowest sweep does within a minute.
const SWEPT: Duration = Duration::from_secs(150);

/// What one writer was promised, and the one request whose answer was lost.
#[derive(Debug)]
pub struct Promised {
    /// Who wrote.
    pub person: Person,
    /// Every task that was answered with 201, as answered.
    pub tasks: Vec<Value>,
    /// Of these, those that repeat and whose completion was answered with 200.
    pub completed: Vec<Value>,
    /// The body whose answer did not come; its title is its idempotency key.
    pub unanswered: Option<Value>,
}

/// A person's nth task: every third reminds in a few seconds, every third repeats.
pub fn mixed_work(number: usize) -> Value {
    #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
    let soon = Utc::now() + TimeDelta::seconds(2 + i64::try_from(number % 4).unwrap_or(0));
    match number % 3 {
        0 => json!({ "title": format!("plain {number}") }),
        1 => {
            json!({ "title": format!("remind {number}"), "reminders": [{ "at": soon.to_rfc3339(), "channel": "push" }] })
        }
        _ => {
            json!({ "title": format!("repeat {number}"), "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } })
        }
    }
}

impl Promised {
    /// Waits until every promise is kept, as `person` sees it: each task with its event, its reminder and its next
    /// occurrence, each of them once.
    ///
    /// # Panics
    /// When one is not kept, or something is there twice.
    pub async fn kept(&self, person: &Person) {
        assert!(self.tasks.len() > 2, "{}", self.tasks.len());
        // The answer that was lost can be asked for again, and makes no second task.
        let unanswered = self.unanswered.as_ref().filter(|body| body["reminders"].is_null());
        if let Some(body) = unanswered {
            let made = person.add_keyed(body).await;
            assert_eq!(made.unwrap_or_default()["title"], body["title"]);
        }
        for task in &self.tasks {
            told_once(person, task).await;
        }
        let all = self.followed_once(person).await;
        let titles = |title: &Value| all.iter().filter(|task| &task["title"] == title).count();
        if let Some(body) = unanswered {
            let most = if body["recurrence"].is_null() { 1 } else { 2 };
            assert!((1..=most).contains(&titles(&body["title"])), "{body:#}");
        }
        let numbers: Vec<u64> = all.iter().filter_map(|task| task["number"].as_u64()).collect();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "no gap: {numbers:?}");
    }

    /// Every completed occurrence has one successor. Answers all tasks.
    async fn followed_once(&self, person: &Person) -> Vec<Value> {
        within(SWEPT, "the next occurrences", async || {
            let all = everything(person).await;
            let mut found = HashMap::<&str, usize>::new();
            for series in all.iter().filter_map(|task| task["series_id"].as_str()) {
                *found.entry(series).or_default() += 1;
            }
            assert!(found.values().all(|count| *count <= 2), "{found:#?}");
            let followed = |task: &Value| {
                task["series_id"].as_str().is_some_and(|series| found.get(series) == Some(&2))
            };
            self.completed.iter().all(followed).then_some(all.clone())
        })
        .await
    }
}

/// The task is there as it was answered, with one event, and one reminder if it has one.
async fn told_once(person: &Person, task: &Value) {
    let id = task["id"].as_str().unwrap_or_default();
    assert_eq!(person.get(&format!("/tasks/{id}")).await.body["title"], task["title"]);
    let reminds = task["title"].as_str().is_some_and(|title| title.starts_with("remind"));
    let reminders = usize::from(reminds);
    let seen = Mutex::new(Vec::new());
    let what = fmt::from_fn(|f| write!(f, "every event of {task:#}; there were {seen:#?}"));
    within(SWEPT, what, async || {
        let trail = person.trail(id).await;
        let count = |kind| trail.iter().filter(|entry| entry["event_type"] == kind).count();
        let counts = [count("created"), count("due"), count("raised")];
        assert!(counts.iter().all(|count| *count < 2), "{trail:#?}");
        *seen.lock().unwrap_or_else(PoisonError::into_inner) = trail;
        (counts == [1, reminders, reminders]).then_some(())
    })
    .await;
}

/// Every task of the person, in the order of their numbers.
async fn everything(person: &Person) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = person.get(&format!("/tasks?limit=200&status=all&sort=number{cursor}")).await;
        all.extend(page.body["tasks"].as_array().cloned().unwrap_or_default());
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}
