//! People who write without a pause, and remember what they were promised.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::sleep};

use crate::{Person, Promised, eventually};

/// Writers at work.
#[derive(Debug)]
pub struct Writers {
    tasks: Vec<JoinHandle<Promised>>,
    answers: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
}

impl Writers {
    /// Sets people to work; `task` is the body of a person's nth task. A task with a `recurrence` is completed as well.
    /// They end when the product does not answer any more.
    pub fn start(people: Vec<Person>, task: fn(usize) -> Value) -> Self {
        Self::work(people, |person, answers, _| write(person, task, answers))
    }

    /// Sets people to work who take no failure for an answer: each asks at one of its doors after the other, under the
    /// same idempotency key, until it is answered. They end with [`Writers::enough`].
    pub fn insistent(people: Vec<Vec<Person>>, task: fn(usize) -> Value) -> Self {
        Self::work(people, |doors, answers, enough| insist(doors, task, answers, enough))
    }

    fn work<W, F>(people: Vec<W>, work: impl Fn(W, Arc<AtomicUsize>, Arc<AtomicBool>) -> F) -> Self
    where
        F: Future<Output = Promised> + Send + 'static,
    {
        let (answers, enough) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let start = |person| tokio::spawn(work(person, Arc::clone(&answers), Arc::clone(&enough)));
        Self { tasks: people.into_iter().map(start).collect(), answers, enough }
    }

    /// Promises so far.
    #[must_use]
    pub fn promises(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    /// Tells insistent writers to finish what they are at.
    pub fn enough(&self) {
        self.enough.store(true, Ordering::Relaxed);
    }

    /// Waits until there are this many promises.
    pub async fn promised(&self, count: usize) {
        eventually("the promises of the writers", async || {
            (self.promises() >= count).then_some(())
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

/// Between two attempts at different doors.
const PAUSE: Duration = Duration::from_millis(50);
/// Between two tasks of an insistent writer, who is at it for minutes. Two towns of ten services and ten sidecars overbook two
/// processors as it is; at more than twice this pace a broker that starts among them is not there for minutes.
const PACE: Duration = Duration::from_millis(500);

async fn insist(
    doors: Vec<Person>,
    task: fn(usize) -> Value,
    answers: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
) -> Promised {
    let person = doors[0].clone();
    let mut promised =
        Promised { person, tasks: Vec::new(), completed: Vec::new(), unanswered: None };
    let mut turns = doors.iter().cycle();
    for number in 0.. {
        if enough.load(Ordering::Relaxed) {
            break;
        }
        sleep(PACE).await;
        let body = task(number);
        let made = loop {
            let Some(door) = turns.next() else { return promised };
            match door.ask_keyed(&body).await {
                Asked::Made(made) => break Some(made),
                // Nobody was there until the moment of its reminder was over.
                Asked::Refused(_) if !body["reminders"].is_null() => break None,
                Asked::Refused(problem) => panic!("{problem:#}"),
                Asked::Lost => sleep(PAUSE).await,
            }
        };
        let Some(made) = made else { continue };
        promised.tasks.push(made.clone());
        answers.fetch_add(1, Ordering::Relaxed);
        let path = format!("/tasks/{}/complete", made["number"]);
        while !made["recurrence"].is_null() {
            let Some(door) = turns.next() else { return promised };
            let request = door.request(Method::PATCH, &path).json(&json!({}));
            if request.send().await.is_ok_and(|response| response.status() == StatusCode::OK) {
                promised.completed.push(made);
                break;
            }
            sleep(PAUSE).await;
        }
    }
    promised
}

/// What became of a request under an idempotency key.
enum Asked {
    Made(Value),
    /// Nothing was made, under this key, ever.
    Refused(Value),
    /// No answer, or one that says that a part is away (503) or took too long (504): it may have been made or not.
    Lost,
}

impl Person {
    /// Makes a task under its title as idempotency key; `None` when there is no answer, or one that
    /// says that a part is away (503) or took too long (504): it may have been made or not.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn add_keyed(&self, body: &Value) -> Option<Value> {
        match self.ask_keyed(body).await {
            Asked::Made(made) => Some(made),
            Asked::Refused(problem) => panic!("{problem:#}"),
            Asked::Lost => None,
        }
    }

    async fn ask_keyed(&self, body: &Value) -> Asked {
        let key = body["title"].as_str().unwrap_or_default();
        let request = self.request(Method::POST, "/tasks").header("idempotency-key", key);
        let Ok(response) = request.json(body).send().await else { return Asked::Lost };
        let status = response.status();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) {
            return Asked::Lost;
        }
        match response.json().await {
            Ok(made) if status == StatusCode::CREATED => Asked::Made(made),
            Ok(problem) => Asked::Refused(problem),
            Err(_) => Asked::Lost,
        }
    }
}
