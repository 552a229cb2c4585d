//! The three answers to a delivered event.

use std::sync::OnceLock;

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::CloudEvent;
use crate::TraceContext;

/// Hears what became of messages.
type Watcher = fn(route: &str, outcome: &'static str);

static WATCHER: OnceLock<Watcher> = OnceLock::new();

/// Has `watcher` told what becomes of every message that comes to this process: `handled`, `retried` or `dropped`. The first
/// watcher stays.
pub fn watch_deliveries(watcher: Watcher) {
    let _ = WATCHER.set(watcher);
}

/// What becomes of a delivered event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Delivery {
    /// It is handled, now or before, or is of no concern.
    Success,
    /// It could not be handled now. Answered as a 503, so that the retry policy of the subscription counts the tries and
    /// the dead-letter topic takes it in the end.
    Retry {
        /// Why, for the log.
        reason: String,
    },
    /// It can never be handled: the dead-letter topic takes it at once.
    Drop {
        /// Why, for the log.
        reason: String,
    },
}

impl Delivery {
    /// A [`Delivery::Retry`] that names an error and its causes.
    pub fn retry(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Retry { reason: chain(error) }
    }

    /// A [`Delivery::Drop`] that names an error and its causes.
    pub fn drop(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Drop { reason: chain(error) }
    }

    /// Counts it among what has come to `route`, if somebody watches.
    pub fn counted(self, route: &str) -> Self {
        if let Some(watcher) = WATCHER.get() {
            let outcome = match self {
                Self::Success => "handled",
                Self::Retry { .. } => "retried",
                Self::Drop { .. } => "dropped",
            };
            watcher(route, outcome);
        }
        self
    }

    /// As the sidecar's answers call it.
    pub(super) fn status(&self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Retry { .. } => "RETRY",
            Self::Drop { .. } => "DROP",
        }
    }

    /// Says that the event in `body` was not handled, with its id, its trace, and what it follows from; most are handled, so
    /// all of that is read again instead of kept.
    pub(super) fn note_about(&self, headers: &HeaderMap, body: &[u8]) {
        if *self == Self::Success {
            return;
        }
        let Ok(event) = CloudEvent::read(body) else { return self.note() };
        let trace_id = event.trace(headers).map(TraceContext::trace_id);
        let correlation_id = event.correlation_id();
        let (event_id, event_type) = (event.id, event.kind);
        tracing::info_span!("event", trace_id, correlation_id, event_id, event_type)
            .in_scope(|| self.note());
    }

    fn note(&self) {
        match self {
            Self::Success => {}
            Self::Retry { reason } => tracing::warn!(reason, "event is to be delivered again"),
            Self::Drop { reason } => tracing::error!(reason, "event goes to its dead-letter topic"),
        }
    }
}

/// An error with its causes in one line.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl IntoResponse for Delivery {
    fn into_response(self) -> Response {
        let code = match self {
            Self::Retry { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Success | Self::Drop { .. } => StatusCode::OK,
        };
        (code, Json(json!({ "status": self.status() }))).into_response()
    }
}
