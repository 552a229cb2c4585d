//! Questions that another service answers, handed on by the sidecars.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde_json::Value;
use todo_dapr::{Invocation, Reply};
use todo_service_kit::Problem;

use crate::App;

/// When a service that is away is worth asking again.
const PAUSE: Duration = Duration::from_secs(2);

/// Hands on what the other service answers: its data, and its refusals of what the caller sent. Anything else is its
/// failure, under `code`.
///
/// # Errors
/// 503 with `Retry-After` when it is away or cannot answer now, 502 when its answer makes no sense here.
pub(super) async fn ask(
    app: &App,
    call: Invocation<'_>,
    code: &'static str,
) -> Result<Response, Problem> {
    hand_on(replied(app, call, code).await?, code)
}

/// Reads what the other service answers to a question that it has no reason to refuse.
///
/// # Errors
/// As [`ask`].
pub(crate) async fn read(
    app: &App,
    call: Invocation<'_>,
    code: &'static str,
) -> Result<Value, Problem> {
    let reply = replied(app, call, code).await?;
    if !reply.is_success() {
        return Err(nonsense(code, &reply));
    }
    serde_json::from_slice(&reply.body).map_err(|error| nonsense(code, &reply).with_source(error))
}

/// A query parameter of the invocation, `&from=2026-11-22T12:00:00Z`.
///
/// # Errors
/// 400 when the instant lies where RFC 3339 has no words for it.
pub(super) fn instant(name: &str, at: DateTime<Utc>) -> Result<String, Problem> {
    if !(1..=9999).contains(&at.year()) {
        let rule = "must lie in the years 1 to 9999";
        return Err(Problem::invalid_query().with_error(format!("?{name}"), rule));
    }
    Ok(format!("&{name}={}", at.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
}

async fn replied(app: &App, call: Invocation<'_>, code: &'static str) -> Result<Reply, Problem> {
    let away = || Problem::unavailable(code, PAUSE);
    let reply = app.dapr.invoke(call).await.map_err(|error| away().with_source(error))?;
    match reply.status {
        200 | 400 | 422 => Ok(reply),
        408 | 429 | 500.. => {
            Err(away().with_source(format!("the service answered {}", reply.status)))
        }
        _ => Err(nonsense(code, &reply)),
    }
}

fn hand_on(reply: Reply, code: &'static str) -> Result<Response, Problem> {
    let media_type = reply.content_type.as_deref().unwrap_or_default();
    let status = StatusCode::from_u16(reply.status).map_err(Problem::internal)?;
    let known = ["application/json", todo_service_kit::problem::MEDIA_TYPE]
        .into_iter()
        .find(|known| media_type.starts_with(known));
    let known = known.ok_or_else(|| nonsense(code, &reply))?;
    Ok((status, [(header::CONTENT_TYPE, HeaderValue::from_static(known))], reply.body)
        .into_response())
}

fn nonsense(code: &'static str, reply: &Reply) -> Problem {
    let detail = "another service answered something unexpected";
    let source = format!("the service answered {} {:?}", reply.status, reply.content_type);
    Problem::new(StatusCode::BAD_GATEWAY, code, detail).with_source(source)
}
