//! Looks at a body before the library does, which calls whatever it cannot read an unsupported media type.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::value::RawValue;
use todo_service_kit::Problem;

use super::MAX_REQUEST;

/// Middleware that passes on one JSON object that says it is JSON-RPC, and refuses everything else as a problem.
pub(super) async fn only_messages(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        let detail = format!("a message has at most {MAX_REQUEST} bytes");
        return Problem::payload_too_large("payload_too_large", detail).into_response();
    };
    match serde_json::from_slice::<BTreeMap<String, &RawValue>>(&body) {
        // JSON-RPC 2.0 §4; what else there must be is the library's to say.
        Ok(members) if members.contains_key("jsonrpc") => {
            next.run(Request::from_parts(parts, Body::from(body))).await
        }
        Ok(_) => refused("`jsonrpc` is missing"),
        Err(error) if error.is_data() => refused("it must be one object; there are no batches"),
        Err(error) => refused(&format!("it is not JSON: {error}")),
    }
}

fn refused(rule: &str) -> Response {
    Problem::bad_request("malformed_message", format!("the body is no JSON-RPC message: {rule}"))
        .into_response()
}
