//! What recurring-task asks for.

use axum::{Json as Body, extract::State, http::StatusCode, response::IntoResponse};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;
use todo_events::{CorrelationId, Due, SeriesId, TaskId, UserId};
use todo_service_kit::{Problem, extract::Json};

use crate::{
    App,
    http::store_problem,
    store::{NextOccurrence, OccurrenceOutcome},
};

/// How long after a completion its successor may take before it counts as missing.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// Series in one answer at most.
const AT_ONCE: u32 = 200;

/// What comes after a completed occurrence, as recurring-task says it.
#[derive(Debug, Deserialize)]
pub(crate) struct OccurrenceRequest {
    predecessor_id: TaskId,
    series_id: SeriesId,
    user_id: UserId,
    next: Option<Next>,
    correlation_id: CorrelationId,
}

#[derive(Debug, Deserialize)]
struct Next {
    due: Due,
    #[serde(default)]
    missed: u32,
}

/// `POST /internal/occurrences`
pub(crate) async fn insert_occurrence(
    State(app): State<App>,
    Json(request): Json<OccurrenceRequest>,
) -> Result<impl IntoResponse, Problem> {
    let occurrence = NextOccurrence {
        predecessor: request.predecessor_id,
        series: request.series_id,
        user: request.user_id,
        next: request.next.map(|next| (next.due, next.missed)),
        correlation: request.correlation_id,
    };
    match app.tasks.insert_occurrence(&occurrence).await.map_err(store_problem)? {
        OccurrenceOutcome::Created(task, _) => {
            Ok((StatusCode::CREATED, Body(json!({ "outcome": "created", "task": task }))))
        }
        OccurrenceOutcome::Exists => Ok((StatusCode::OK, Body(json!({ "outcome": "exists" })))),
        OccurrenceOutcome::Ended => Ok((StatusCode::OK, Body(json!({ "outcome": "ended" })))),
        OccurrenceOutcome::Superseded => Err(Problem::conflict(
            "superseded",
            "the completed occurrence is gone, open again, or repeats no more",
        )),
    }
}

/// `GET /internal/series/pending`
pub(crate) async fn list_pending(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let before = app.tasks.clock().now() - PATIENCE;
    let tasks = app.tasks.store().pending_series(before, AT_ONCE).await.map_err(store_problem)?;
    Ok(Body(json!({ "tasks": tasks })))
}
