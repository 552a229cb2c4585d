//! A call to the API, taken apart.

use std::sync::{Mutex, PoisonError};

use axum::{body::Body, extract::Request};
use bytes::Bytes;
use http::{HeaderMap, Method};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use percent_encoding::percent_decode_str;

use super::error::ApiError;
use crate::{pubsub::envelope::TraceContext, text::trace::TraceParent};

/// `--max-body-size` of the real sidecar.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Method, decoded path, query and headers of a call; the body is read by whoever needs it.
pub(super) struct Call {
    pub(super) method: Method,
    /// Path segments, decoded by the rules of query strings: `+` is a space.
    pub(super) segments: Vec<String>,
    /// Path as sent, without the query.
    pub(super) raw_path: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    /// Behind a lock only because a body alone cannot be shared between threads, and calls are.
    body: Mutex<Body>,
}

impl Call {
    pub(super) fn new(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let raw_path = parts.uri.path().to_owned();
        let segments =
            raw_path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect();
        Self {
            method: parts.method,
            segments,
            raw_path,
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
            body: Mutex::new(body),
        }
    }

    /// A header that is valid text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A query parameter, decoded.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn parameters(&self) -> impl Iterator<Item = (String, String)> {
        let pairs = self.query.as_deref().unwrap_or_default().split('&');
        pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
    }

    /// The parameters `metadata.<key>`; the first of a name wins.
    pub(super) fn metadata(&self) -> Vec<(String, String)> {
        let mut metadata: Vec<(String, String)> = Vec::new();
        for (key, value) in self.parameters() {
            if let Some(key) = key.strip_prefix("metadata.")
                && metadata.iter().all(|(known, _)| known != key)
            {
                metadata.push((key.to_owned(), value));
            }
        }
        metadata
    }

    /// The trace the caller is in, or a new one when the Configuration samples.
    pub(super) fn trace(&self, begin: bool) -> TraceContext {
        let parent = self.header("traceparent").and_then(TraceParent::parse);
        let state = self.header("tracestate").filter(|_| parent.is_some()).unwrap_or_default();
        TraceContext {
            state: state.to_owned(),
            parent: parent.or_else(|| begin.then(TraceParent::generate)),
        }
    }

    /// The whole body.
    ///
    /// # Errors
    /// "stream too large", or why reading failed.
    pub(super) async fn body(&mut self) -> Result<Bytes, String> {
        match Limited::new(self.take_body(), MAX_BODY).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err("stream too large".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The body as JSON.
    pub(super) async fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        let body = self.body().await.map_err(ApiError::malformed)?;
        serde_json::from_slice(&body).map_err(ApiError::malformed)
    }

    /// The body without a limit, to be passed on.
    pub(super) fn take_body(&mut self) -> Body {
        std::mem::take(self.body.get_mut().unwrap_or_else(PoisonError::into_inner))
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
