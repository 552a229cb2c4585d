//! The three answers to a delivered event.

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::CloudEvent;
use crate::TraceContext;

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

    /// The answer to the delivery of `body`. The line about one that is not handled names the event, its trace, and what it
    /// follows from; most are handled, so all of that is read again instead of kept.
    pub(super) fn answer_about(self, headers: &HeaderMap, body: &[u8]) -> Response {
        if self == Self::Success {
            return self.into_response();
        }
        let Ok(event) = CloudEvent::read(body) else { return self.into_response() };
        let trace_id = event.trace(headers).map(TraceContext::trace_id);
        let correlation_id = event.correlation_id();
        let (event_id, event_type) = (event.id, event.kind);
        tracing::info_span!("event", trace_id, correlation_id, event_id, event_type)
            .in_scope(|| self.into_response())
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
        match self {
            Self::Success => Json(json!({ "status": "SUCCESS" })).into_response(),
            Self::Retry { reason } => {
                tracing::warn!(reason, "event is to be delivered again");
                (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "RETRY" })))
                    .into_response()
            }
            Self::Drop { reason } => {
                tracing::error!(reason, "event goes to its dead-letter topic");
                Json(json!({ "status": "DROP" })).into_response()
            }
        }
    }
}
