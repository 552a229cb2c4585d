//! Every request, and what became of it.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::RequestBuilder;
use serde::Serialize;
use serde_json::Value;

use crate::{
    now,
    problem::{Failure, answer},
};

/// Shared by everybody who sends.
#[derive(Debug, Default)]
pub(super) struct Journal {
    requests: AtomicUsize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Entries {
    /// Requests that got no good answer.
    pub(super) failed: Vec<Fault>,
    /// Requests that were sent once more, because a connection failed.
    pub(super) retried: Vec<Fault>,
    /// How long good answers to writes took, in milliseconds.
    pub(super) times: Vec<f64>,
}

/// When something went wrong, with which request, and how.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fault {
    at: String,
    request: String,
    reason: String,
}

impl Journal {
    /// Sends a write; the answer, when it is a good one.
    pub(super) async fn write(&self, what: &str, request: RequestBuilder) -> Option<Value> {
        let began = Instant::now();
        let answer = self.send(what, request).await?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        self.note(|entries| entries.times.push(took));
        Some(answer)
    }

    /// Sends a request that does no harm when it is sent twice: once more when the connection fails before an answer.
    pub(super) async fn send(&self, what: &str, request: RequestBuilder) -> Option<Value> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (began, again) = (now(), request.try_clone());
        let mut outcome = answer(request).await;
        if let (Err(failure), Some(again)) = (&outcome, again)
            && failure.is_connection()
        {
            let fault = Fault::of(began, what, failure);
            self.note(|entries| entries.retried.push(fault));
            outcome = answer(again).await;
        }
        let failure = match outcome {
            Ok(answer) => return Some(answer),
            Err(failure) => failure,
        };
        // Told at once as well, for whoever watches.
        eprintln!("smoke: {what} failed, {failure}");
        let fault = Fault::of(began, what, &failure);
        self.note(|entries| entries.failed.push(fault));
        None
    }

    /// How many requests were made; one that was sent twice counts once.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Everything so far.
    pub(super) fn entries(&self) -> Entries {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Entries)) {
        change(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Fault {
    fn of(began: DateTime<Utc>, what: &str, failure: &Failure) -> Self {
        Self {
            at: began.to_rfc3339_opts(SecondsFormat::Millis, true),
            request: what.to_owned(),
            reason: failure.to_string(),
        }
    }
}

/// How it goes.
impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (failed, retried) = (entries.failed.len(), entries.retried.len());
        write!(f, "{} requests, {failed} failed, {retried} sent again", self.requests())
    }
}
