//! Error answers, word for word where clients look at them.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};

/// An error with Dapr's code and message.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    details: Option<Value>,
}

impl ApiError {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message: message.into(), details: None }
    }

    /// Adds `details` that name the resource, as newer parts of the API do.
    pub(super) fn about(mut self, resource_type: &str, name: &str, owner: &str) -> Self {
        self.details = Some(json!([
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": self.code, "domain": "dapr.io", "metadata": {}},
            {"@type": "type.googleapis.com/google.rpc.ResourceInfo", "resource_type": resource_type,
             "resource_name": name, "owner": owner, "description": self.message},
        ]));
        self
    }

    /// The body was no valid JSON of the expected shape.
    pub(super) fn malformed(error: impl std::fmt::Display) -> Self {
        Self::new(400, "ERR_MALFORMED_REQUEST", format!("failed deserializing HTTP body: {error}"))
    }

    /// Neither a route of the API nor a target to invoke.
    pub(super) fn no_target() -> Self {
        let message = "failed getting app id either from the URL path or the header dapr-app-id";
        Self::new(404, "ERR_DIRECT_INVOKE", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({"errorCode": self.code, "message": self.message});
        if let Some(details) = self.details {
            body["details"] = details;
        }
        json_response(self.status, body.to_string())
    }
}

/// An answer with a JSON body that is already text.
pub(super) fn json_response(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.into()).into_response()
}
