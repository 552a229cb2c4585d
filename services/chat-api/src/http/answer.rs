//! Tasks as answers: the stored document as it is, with its revision as the entity tag.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use todo_events::UserId;
use todo_service_kit::Problem;

use super::preconditions::etag;
use crate::store::TaskDocument;

/// Says that the answer is that of an earlier request with the same key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// 200 with a task.
pub(crate) fn found(task: &TaskDocument) -> Result<Response, Problem> {
    answer(StatusCode::OK, task)
}

/// 201 with a task and where it is; `replayed` when an earlier request made it.
pub(crate) fn created(
    user: &UserId,
    task: &TaskDocument,
    replayed: bool,
) -> Result<Response, Problem> {
    let (id, _, _) = task.head().map_err(Problem::internal)?;
    let mut response = answer(StatusCode::CREATED, task)?;
    let location = HeaderValue::try_from(format!("/api/{user}/tasks/{id}"));
    response.headers_mut().insert(header::LOCATION, location.map_err(Problem::internal)?);
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// 304: the caller has this revision.
pub(super) fn unchanged(tag: HeaderValue) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response()
}

fn answer(status: StatusCode, task: &TaskDocument) -> Result<Response, Problem> {
    let (_, _, revision) = task.head().map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::ETAG, etag(revision)),
    ];
    Ok((status, headers, task.json().to_owned()).into_response())
}
