//! What all proofs have in common: who asks, until when, and what was made.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use reqwest::RequestBuilder;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    inbox::Inbox,
    subject::{API, SOCKET, Subject},
};
use crate::{
    person::Person,
    problem::{Failure, answer},
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Where proofs are given.
pub(super) struct Stage {
    pub(super) person: Person,
    pub(super) inbox: Inbox,
    deadline: Instant,
    made: RefCell<Vec<String>>,
    missing: Cell<usize>,
}

/// What was seen in the place of a proof.
pub(super) enum Seen {
    /// The proof may still come.
    NotYet(String),
    /// It will not.
    Wrong(String),
}

impl Stage {
    pub(super) fn new(person: Person, inbox: Inbox, deadline: Instant) -> Self {
        let (made, missing) = (RefCell::default(), Cell::default());
        Self { person, inbox, deadline, made, missing }
    }

    /// The API answers this person.
    pub(super) async fn enters(&self) -> Option<()> {
        self.prove(&API, async || {
            let outcome = answer(self.person.get("/tasks?limit=1")).await;
            outcome.map(|_| (None, ())).map_err(|failure| match failure {
                // A token that is not taken will not be taken later.
                Failure::Refused(status, _) if matches!(status.as_u16(), 401 | 403) => {
                    Seen::Wrong(failure.to_string())
                }
                other => Seen::NotYet(other.to_string()),
            })
        })
        .await
    }

    /// The socket is open.
    pub(super) async fn listens(&self) -> Option<()> {
        self.prove(&SOCKET, async || {
            let hello = self.inbox.find(|frame| frame["type"] == "hello");
            hello.map(|_| (None, ())).map_err(Seen::NotYet)
        })
        .await
    }

    /// Looks until the proof is there, or time is over, and prints what came of it. `look` answers a remark with what it
    /// found.
    pub(super) async fn prove<T>(
        &self,
        subject: &Subject,
        look: impl AsyncFn() -> Result<(Option<String>, T), Seen>,
    ) -> Option<T> {
        let began = Instant::now();
        let mut before = "no answer in time".to_owned();
        let seen = loop {
            let Ok(found) = timeout_at(self.deadline, look()).await else { break before };
            match found {
                Ok((remark, found)) => {
                    let remark = remark.map(|text| format!("  {text}")).unwrap_or_default();
                    let took = began.elapsed().as_secs_f64();
                    println!("ok       {:<16}{took:>7.2} s{remark}", subject.name);
                    return Some(found);
                }
                // A look that takes no time passes the timeout.
                Err(Seen::NotYet(seen)) if Instant::now() < self.deadline => before = seen,
                Err(Seen::NotYet(seen) | Seen::Wrong(seen)) => break seen,
            }
            sleep(PAUSE).await;
        };
        self.missing.set(self.missing.get() + 1);
        let took = began.elapsed().as_secs_f64();
        println!("missing  {:<16}{took:>7.2} s  seen instead: {seen}", subject.name);
        for place in subject.places() {
            println!("         look at: {place}");
        }
        None
    }

    /// Sends a request that may be sent again, for a proof.
    ///
    /// # Errors
    /// What came instead of a good answer; it may still come, unless the request itself is what is wrong.
    pub(super) async fn ask(&self, request: RequestBuilder) -> Result<Value, Seen> {
        answer(request).await.map_err(|failure| match failure {
            Failure::Refused(status, _) if status.is_client_error() && status != 429 => {
                Seen::Wrong(failure.to_string())
            }
            other => Seen::NotYet(other.to_string()),
        })
    }

    /// Remembers a task, to delete it in the end.
    pub(super) fn made(&self, task: &Value) {
        let id = task["id"].as_str().map(str::to_owned);
        self.made.borrow_mut().extend(id);
    }

    /// Deletes what was made.
    pub(super) async fn clean_up(&self) {
        let mut made = self.made.take();
        made.sort_unstable();
        made.dedup();
        if let Err(failure) = self.person.delete(&made).await {
            println!("         the tasks of this check could not be deleted: {failure}");
        }
    }

    /// Whether nothing is missing.
    pub(super) fn end(self) -> bool {
        match self.missing.get() {
            0 => println!("every proof is there"),
            missing => println!("{missing} missing, as {} saw it", self.person.user()),
        }
        self.missing.get() == 0
    }
}
