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
    details: Vec<Value>,
}

impl ApiError {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message: message.into(), details: Vec::new() }
    }

    /// Adds to `details` what it is about, as newer parts of the API do.
    pub(super) fn about(mut self, resource_type: &str, name: &str, description: &str) -> Self {
        self.details.push(json!({
            "@type": "type.googleapis.com/google.rpc.ResourceInfo",
            "resource_type": resource_type, "resource_name": name, "owner": "", "description": description,
        }));
        self
    }

    /// Adds to `details` the reason, and what else there is to know.
    pub(super) fn because(mut self, reason: &str, metadata: Value) -> Self {
        self.details.push(json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": reason, "domain": "dapr.io", "metadata": metadata,
        }));
        self
    }

    /// Adds to `details` a field that is not as it should be.
    pub(super) fn in_field(mut self, field: &str) -> Self {
        self.details.push(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "field_violations": [{"field": field, "description": self.message}],
        }));
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
        if !self.details.is_empty() {
            body["details"] = self.details.into();
        }
        json_response(self.status, body.to_string())
    }
}

/// An answer with a JSON body that is already text.
pub(super) fn json_response(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.into()).into_response()
}
