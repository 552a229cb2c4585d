//! The outermost layer of every router: trace id, request id, span, metrics, and one log line for each failure.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use todo_dapr::TraceContext;
use tracing::Instrument as _;

use super::metrics;
use crate::{health, problem::Report};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_REQUEST_ID: usize = 64;

/// The id that the caller gave this request, or its trace id; in the request's extensions and in every answer.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(headers: &HeaderMap, trace_id: &str) -> Self {
        let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let given =
            given.filter(|id| (1..=MAX_REQUEST_ID).contains(&id.len()) && id.bytes().all(harmless));
        Self(given.unwrap_or(trace_id).into())
    }
}

/// Middleware that surrounds everything else, so that its span and its log line see panics and timeouts too.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace = TraceContext::from_headers(request.headers());
    let trace_id = trace.trace_id();
    let id = RequestId::of(request.headers(), &trace_id);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!("request", trace_id, request_id = id.as_str(), %method, route);

    request.extensions_mut().insert(trace);
    request.extensions_mut().insert(id.clone());
    let work = trace.scope(next.run(request).instrument(span.clone()));
    let (mut response, sidecar_calls) = todo_dapr::counted(work).await;

    let took = started.elapsed();
    metrics::record_request(route, &method, response.status(), took, sidecar_calls);
    let probe = health::is_open_path(route);
    span.in_scope(|| log_answer(&response, probe, took.as_secs_f64() * 1000.0));
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A probe that hears no is no failure: it asks many times a second while a process starts.
fn log_answer(response: &Response, probe: bool, took_ms: f64) {
    let status = response.status().as_u16();
    let report = response.extensions().get::<Report>();
    let code = report.map_or("", |report| report.code.as_ref());
    let cause = report.and_then(|report| report.source.as_deref()).map(causes);
    let cause = cause.unwrap_or_default();
    if response.status().is_server_error() && !probe {
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            tracing::warn!(status, code, cause, took_ms, "unavailable");
        } else {
            tracing::error!(status, code, cause, took_ms, "failed");
        }
    } else {
        tracing::debug!(status, code, cause, took_ms, "answered");
    }
}

/// An error with everything beneath it, on one line.
fn causes(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
