//! People who write without a pause, and remember what they were promised.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{Person, eventually};

/// Writers at work. They end when the product does not answer any more.
#[derive(Debug)]
pub struct Writers {
    tasks: Vec<JoinHandle<Promised>>,
    answers: Arc<AtomicUsize>,
}

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

impl Writers {
    /// Sets people to work; `task` is the body of a person's nth task. A task with a `recurrence` is completed as well.
    pub fn start(people: Vec<Person>, task: fn(usize) -> Value) -> Self {
        let answers = Arc::new(AtomicUsize::new(0));
        let tasks = people
            .into_iter()
            .map(|person| tokio::spawn(write(person, task, Arc::clone(&answers))))
            .collect();
        Self { tasks, answers }
    }

    /// Waits until there are this many promises.
    pub async fn promised(&self, count: usize) {
        eventually("the promises of the writers", async || {
            (self.answers.load(Ordering::Relaxed) >= count).then_some(())
        })
        .await;
    }

    /// Waits until all writers have noticed that the product is gone.
    ///
    /// # Panics
    /// When a writer was answered something that it must not be answered.
    pub async fn ended(self) -> Vec<Promised> {
        let mut all = Vec::new();
        for task in self.tasks {
            all.push(task.await.unwrap_or_else(|error| panic!("{error}")));
        }
        all
    }
}

async fn write(person: Person, task: fn(usize) -> Value, answers: Arc<AtomicUsize>) -> Promised {
    let mut promised =
        Promised { person, tasks: Vec::new(), completed: Vec::new(), unanswered: None };
    for number in 0.. {
        let body = task(number);
        let Some(made) = promised.person.add_keyed(&body).await else {
            promised.unanswered = Some(body);
            break;
        };
        promised.tasks.push(made.clone());
        answers.fetch_add(1, Ordering::Relaxed);
        if made["recurrence"].is_null() {
            continue;
        }
        let path = format!("/tasks/{}/complete", made["number"]);
        let request = promised.person.request(Method::PATCH, &path);
        match request.json(&json!({})).send().await {
            Ok(response) if response.status() == StatusCode::OK => promised.completed.push(made),
            _ => break,
        }
    }
    promised
}

impl Person {
    /// Makes a task under its title as idempotency key; `None` when there is no answer, or one that
    /// says that a part is away (503) or took too long (504): it may have been made or not.
    ///
    /// # Panics
    /// When the answer is none of 201, 503 and 504.
    pub async fn add_keyed(&self, body: &Value) -> Option<Value> {
        let key = body["title"].as_str().unwrap_or_default();
        let request = self.request(Method::POST, "/tasks").header("idempotency-key", key);
        let response = request.json(body).send().await.ok()?;
        let status = response.status();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) {
            return None;
        }
        let body: Value = response.json().await.ok()?;
        assert_eq!(status, StatusCode::CREATED, "{body:#}");
        Some(body)
    }
}
