//! Errors as people's programs see them: RFC 9457 problem details.
//!
//! Every error of every route has this one shape. `code` is stable and for programs, `detail` is for people. The
//! private cause travels beside the response and is logged once, with the request's line; it is never serialised.

mod constructors;

use std::{borrow::Cow, error::Error, sync::Arc, time::Duration};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use todo_dapr::TraceContext;

/// Media type of a problem (RFC 9457 §3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One error answer.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// One value the caller sent and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: `#/due/date` (a JSON pointer) in a body, `?limit` in a query, `{id}` in a path.
    pub pointer: String,
    /// The rule that was broken.
    pub detail: String,
}

/// What the edge logs about a problem; rides in the response's extensions.
#[derive(Debug, Clone)]
pub struct Report {
    /// The problem's stable code.
    pub code: Cow<'static, str>,
    /// The private cause.
    pub source: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem of any status.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self(Box::new(Inner {
            status,
            code,
            detail,
            errors: vec![],
            headers: vec![],
            source: None,
        }))
    }

    /// Adds a value that is wrong.
    #[must_use]
    pub fn with_error(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.errors.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// Adds a response header.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Adds `Retry-After`, rounded up to whole seconds.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with_header(header::RETRY_AFTER, seconds.into())
    }

    /// Adds the private cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The values that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The private cause, for whoever logs a problem that no response carries.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Inner { status, code, detail, errors, headers, source } = *self.0;
        let mut body = serde_json::json!({
            "type": format!("urn:todo:problem:{code}"),
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
        });
        if let Some(trace) = TraceContext::current() {
            body["instance"] = format!("urn:todo:request:{}", trace.trace_id()).into();
        }
        if !errors.is_empty() {
            body["errors"] = serde_json::json!(errors);
        }
        let media_type = [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))];
        let mut response = (status, media_type, body.to_string()).into_response();
        response.headers_mut().extend(headers);
        response.extensions_mut().insert(Report { code, source });
        response
    }
}
