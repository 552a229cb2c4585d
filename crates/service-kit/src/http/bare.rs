//! Error answers that are not problems yet: axum's 404 and 405, a layer's 413 or 504, a library's line of text.
//!
//! They are turned into problems here, in one place, so that a client only ever has one shape to read.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};

use crate::Problem;

/// Longest text of a library that is kept as the problem's `detail`, in bytes.
const MAX_DETAIL: usize = 300;

/// Turns `response` into a problem when it is an error without a body, or with plain text.
pub(super) async fn to_problem(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || !is_bare(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let (code, detail) = meaning(status);
    let problem = match (status.is_client_error() && detail.is_empty()).then(|| text(body)) {
        Some(text) => Problem::new(status, code, text.await.unwrap_or_default()),
        None => Problem::new(status, code, detail),
    };
    let problem = problem.into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut headers = std::mem::take(&mut parts.headers);
    let (problem_parts, body) = problem.into_parts();
    for (name, value) in &problem_parts.headers {
        headers.insert(name, value.clone());
    }
    parts.headers = headers;
    parts.extensions.extend(problem_parts.extensions);
    Response::from_parts(parts, body)
}

fn is_bare(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|value| value.as_bytes().starts_with(b"text/plain"))
}

async fn text(body: Body) -> Option<String> {
    let bytes = Limited::new(body, MAX_DETAIL).collect().await.ok()?.to_bytes();
    String::from_utf8(bytes.into()).ok()
}

/// Code and detail of a status; an empty detail means that the library's own text says more.
fn meaning(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("route_not_found", "there is nothing at this path"),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("method_not_allowed", "this path does not answer this method; see Allow")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("payload_too_large", "the body is larger than this route reads")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", ""),
        StatusCode::GATEWAY_TIMEOUT => ("timeout", "the answer took too long; try again"),
        status if status.is_server_error() => ("internal", "something went wrong here"),
        _ => ("refused", ""),
    }
}
