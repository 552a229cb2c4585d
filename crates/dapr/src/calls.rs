//! Calls of the sidecar as they are counted: how many a piece of work makes, which is what a write costs before anything
//! else is measured, and which of them fail.

use std::{cell::Cell, sync::OnceLock};

use crate::{Error, client::Answer};

tokio::task_local! {
    static MADE: Cell<u32>;
}

/// Hears of failed calls.
type Watcher = fn(operation: &'static str, failure: Failure);

static WATCHER: OnceLock<Watcher> = OnceLock::new();

/// How a call of the sidecar failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nobody was there, or the connection was lost.
    Unreachable,
    /// There was no answer in time.
    TimedOut,
    /// The sidecar, or what it called, failed: a 5xx.
    Failed,
    /// A missing token, or one that does not allow it: a 401 or 403.
    Denied,
}

impl Failure {
    /// The word in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Failed => "failed",
            Self::Denied => "denied",
        }
    }

    /// What failed about an answer. Any other status is one that the caller has to know what to do with.
    fn of(answer: &Result<Answer, Error>) -> Option<Self> {
        match answer {
            Ok(answer) if answer.status.is_server_error() => Some(Self::Failed),
            Ok(answer) if matches!(answer.status.as_u16(), 401 | 403) => Some(Self::Denied),
            Ok(_) => None,
            Err(Error::Unreachable { source, .. }) if source.is_timeout() => Some(Self::TimedOut),
            Err(_) => Some(Self::Unreachable),
        }
    }
}

/// Has `watcher` told of every failed call of this process, by operation. The first watcher stays.
pub fn watch_failures(watcher: fn(operation: &'static str, failure: Failure)) {
    let _ = WATCHER.set(watcher);
}

/// Runs `work` and counts the calls it starts itself; what it spawns as a task of its own is not counted.
pub async fn counted<F: Future>(work: F) -> (F::Output, u32) {
    let counting = async {
        let output = work.await;
        (output, MADE.with(Cell::get))
    };
    MADE.scope(Cell::new(0), counting).await
}

/// Notes one call, if somebody counts.
pub(crate) fn note() {
    // Outside of `counted` there is nothing to note it in.
    let _ = MADE.try_with(|made| made.set(made.get() + 1));
}

/// Notes how a call ended, if it failed and somebody watches.
pub(crate) fn ended(operation: &'static str, answer: &Result<Answer, Error>) {
    if let (Some(failure), Some(watcher)) = (Failure::of(answer), WATCHER.get()) {
        watcher(operation, failure);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::{StatusCode, header::HeaderMap};

    use super::*;

    #[tokio::test]
    async fn only_the_calls_of_the_work_itself_count() {
        note();
        let (output, calls) = counted(async {
            note();
            let (_, inner) = counted(async { note() }).await;
            tokio::spawn(async { note() }).await.unwrap();
            note();
            inner
        })
        .await;
        assert_eq!((output, calls), (1, 2));
    }

    #[test]
    fn a_status_that_callers_know_what_to_do_with_is_no_failure() {
        let of = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            Failure::of(&Ok(Answer { status, headers: HeaderMap::new(), body: Bytes::new() }))
        };
        for status in [200, 204, 400, 404, 409, 429] {
            assert_eq!(of(status), None, "{status}");
        }
        assert_eq!((of(500), of(503)), (Some(Failure::Failed), Some(Failure::Failed)));
        assert_eq!((of(401), of(403)), (Some(Failure::Denied), Some(Failure::Denied)));
    }
}
