//! Calling another service through the sidecars.

use bytes::Bytes;
use reqwest::{Method, StatusCode};

use crate::{Dapr, Error, client::segment};

/// A call of another service. Its path is decoded and cleaned on the way, so ids belong into the query or the body.
#[derive(Debug, Clone)]
pub struct Invocation<'a> {
    /// The callee.
    pub app_id: &'a str,
    /// HTTP method.
    pub method: Method,
    /// Path without a leading slash, with its query.
    pub path: &'a str,
    /// JSON body.
    pub body: Option<Bytes>,
}

impl<'a> Invocation<'a> {
    /// A call without a body.
    pub fn get(app_id: &'a str, path: &'a str) -> Self {
        Self { app_id, method: Method::GET, path, body: None }
    }

    /// A call with a JSON body.
    pub fn with_body(app_id: &'a str, method: Method, path: &'a str, body: Bytes) -> Self {
        Self { app_id, method, path, body: Some(body) }
    }
}

/// What the other service answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status, passed through.
    pub status: u16,
    /// Its content type.
    pub content_type: Option<String>,
    /// Its body.
    pub body: Bytes,
}

impl Reply {
    /// Whether the status is a 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Dapr {
    /// Calls another service (`/v1.0/invoke/{app-id}/method/{path}`). Any answer of it is a reply, whatever its status.
    ///
    /// # Errors
    /// When the sidecars could not reach it (`ERR_DIRECT_INVOKE`) or refused the call, or the answer is none of a service.
    pub async fn invoke(&self, call: Invocation<'_>) -> Result<Reply, Error> {
        const OPERATION: &str = "invoke";
        let path = format!("/v1.0/invoke/{}/method/{}", segment(call.app_id), call.path);
        let mut request = self.request(call.method, &path);
        if let Some(body) = call.body {
            request = request.header("content-type", "application/json").body(body);
        }
        let answer = self.send_raw(OPERATION, request).await?;
        let failed = crate::error::ErrorBody::read(&answer.body);
        if !answer.status.is_success() && failed.code == "ERR_DIRECT_INVOKE" {
            let status = answer.status.as_u16();
            let (code, message) = (failed.code, failed.message);
            return Err(Error::Refused { operation: OPERATION, status, code, message });
        }
        let content_type = answer.headers.get("content-type").and_then(|v| v.to_str().ok());
        if answer.status == StatusCode::OK && answer.body.is_empty() && content_type.is_none() {
            return Err(Error::Unanswered { operation: OPERATION });
        }
        Ok(Reply {
            status: answer.status.as_u16(),
            content_type: content_type.map(str::to_owned),
            body: answer.body,
        })
    }
}
