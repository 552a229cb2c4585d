//! chat-api, which owns the tasks, as this service sees it: two routes, called through the sidecar.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use todo_dapr::{Dapr, Invocation, Reply};
use todo_events::{CorrelationId, SeriesId, TaskId, UserId};
use todo_recurrence::Start;

use crate::next::NextDue;

/// Body of `POST /internal/occurrences`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OccurrenceRequest {
    /// The completed occurrence.
    pub predecessor_id: TaskId,
    /// Its series.
    pub series_id: SeriesId,
    /// Its owner.
    pub user_id: UserId,
    /// Names the occurrence within its series; of the completed one when none follows.
    pub occurrence_key: Start,
    /// The occurrence to make; nothing when the series is over.
    pub next: Option<NextDue>,
    /// Ties it to the completion.
    pub correlation_id: CorrelationId,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// The occurrence is there now, made by this request or before, or the end is noted.
    Done,
    /// The completed task is gone, open again or repeats no more: there is nothing to follow.
    Superseded,
}

/// Why chat-api did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The sidecars could not reach it.
    #[error("chat-api cannot be reached")]
    Unreachable(#[from] todo_dapr::Error),
    /// It cannot do it now.
    #[error("chat-api answered {status}: {detail}")]
    Failed { status: u16, detail: String },
    /// It will never do it.
    #[error("chat-api refused the request with {status}: {detail}")]
    Refused { status: u16, detail: String },
    /// It answered something that does not belong to its routes.
    #[error("chat-api and this service do not speak the same JSON")]
    Json(#[from] serde_json::Error),
}

/// chat-api behind the sidecar.
#[derive(Debug, Clone)]
pub(crate) struct ChatApi {
    dapr: Dapr,
    app_id: String,
}

/// Answer of `GET /internal/series/pending`; each task is read by itself, so that one cannot hide the others.
#[derive(Deserialize)]
struct Pending {
    tasks: Vec<Box<RawValue>>,
}

impl ChatApi {
    /// chat-api under this app-id.
    pub(crate) fn new(dapr: Dapr, app_id: String) -> Self {
        Self { dapr, app_id }
    }

    /// Asks for an occurrence, or notes the end of a series. The same request again changes nothing.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn settle(&self, request: &OccurrenceRequest) -> Result<Settled, CallError> {
        let body = serde_json::to_vec(request)?.into();
        let method = axum::http::Method::POST;
        let call = Invocation::with_body(&self.app_id, method, "internal/occurrences", body);
        let reply = self.dapr.invoke(call).await?;
        match reply.status {
            200..300 => Ok(Settled::Done),
            404 | 409 | 410 => Ok(Settled::Superseded),
            _ => Err(failure(&reply)),
        }
    }

    /// Completed repeating tasks that have waited for their successor for a while, oldest first.
    ///
    /// # Errors
    /// See [`CallError`].
    pub(crate) async fn pending(&self) -> Result<Vec<Box<RawValue>>, CallError> {
        let call = Invocation::get(&self.app_id, "internal/series/pending");
        let reply = self.dapr.invoke(call).await?;
        if !reply.is_success() {
            return Err(failure(&reply));
        }
        Ok(serde_json::from_slice::<Pending>(&reply.body)?.tasks)
    }
}

/// Only a body that is wrong by itself stays wrong; a denied or throttled call is a matter of deployment or load.
fn failure(reply: &Reply) -> CallError {
    let status = reply.status;
    let detail = String::from_utf8_lossy(&reply.body).chars().take(300).collect();
    match status {
        400 | 413 | 415 | 422 => CallError::Refused { status, detail },
        _ => CallError::Failed { status, detail },
    }
}

impl CallError {
    /// Whether the same request may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Failed { .. } => true,
            Self::Refused { .. } | Self::Json(_) => false,
        }
    }
}
