//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again under its key makes nothing new.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, request::Parts},
};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use todo_service_kit::{Problem, extract::Json};

use crate::store::IdempotencyKey;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key, in bytes.
const MAX_KEY: usize = 255;

/// A JSON body with the key it came under, if any. Refuses what [`Json`] refuses, and keys of other shapes.
#[derive(Debug)]
pub(crate) struct Keyed<T> {
    /// The key, with the digest of this very request.
    pub(crate) key: Option<IdempotencyKey>,
    /// The body.
    pub(crate) input: T,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Keyed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::new(body), state).await.map_err(|rejection| {
            match rejection.status().as_u16() {
                413 => Problem::payload_too_large(
                    "payload_too_large",
                    "the body is larger than this route reads",
                ),
                _ => {
                    Problem::bad_request("unreadable_body", "the body could not be read to its end")
                }
            }
            .with_source(rejection)
        })?;
        let key = given(&parts.headers)?;
        let key = key.map(|key| IdempotencyKey { key, fingerprint: fingerprint(&parts, &body) });
        let request = Request::from_parts(parts, Body::from(body));
        let Json(input) = Json::from_request(request, state).await?;
        Ok(Self { key, input })
    }
}

/// 422: the key is that of another request.
pub(crate) fn key_reused() -> Problem {
    let detail = "this Idempotency-Key was sent with another request; use a new one for each";
    Problem::unprocessable("idempotency_key_reused", detail)
}

fn given(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut lines = headers.get_all(&HEADER).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    let text = line.to_str().unwrap_or_default().trim();
    if !is_key(text) || lines.next().is_some() {
        let detail = "Idempotency-Key must be given once, with 1 to 255 printable characters";
        return Err(Problem::bad_request("invalid_idempotency_key", detail));
    }
    Ok(Some(text.to_owned()))
}

/// Whether a text may be a key.
pub(crate) fn is_key(text: &str) -> bool {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    !text.is_empty() && text.len() <= MAX_KEY && printable
}

fn fingerprint(parts: &Parts, body: &[u8]) -> String {
    digest([parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), body])
}

/// A digest of three parts, such as method, path and body, each with its length so that none runs into the next.
pub(crate) fn digest(parts: [&[u8]; 3]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    format!("{:x}", digest.finalize())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    async fn keyed(key: &[&str], path: &str, body: &str) -> Result<Keyed<Value>, Problem> {
        let mut request = Request::post(path).header("content-type", "application/json");
        for line in key {
            request = request.header(HEADER, *line);
        }
        Keyed::from_request(request.body(Body::from(body.to_owned())).unwrap(), &()).await
    }

    async fn print(path: &str, body: &str) -> String {
        keyed(&["k"], path, body).await.unwrap().key.unwrap().fingerprint
    }

    #[tokio::test]
    async fn a_fingerprint_tells_requests_apart() {
        let first = print("/a", "{}").await;
        assert_eq!(first, print("/a", "{}").await);
        assert_ne!(first, print("/b", "{}").await);
        assert_ne!(first, print("/a", "{ }").await);
        assert_ne!(print("/a", "11").await, print("/a1", "1").await);
    }

    #[tokio::test]
    async fn keys_are_short_and_printable() {
        assert!(keyed(&[], "/", "{}").await.unwrap().key.is_none());
        assert_eq!(keyed(&["a b"], "/", "{}").await.unwrap().key.unwrap().key, "a b");
        assert!(keyed(&["x".repeat(255).as_str()], "/", "{}").await.is_ok());
        for bad in [&[""][..], &["a", "b"], &["ü"], &["x".repeat(256).as_str()]] {
            let problem = keyed(bad, "/", "{}").await.unwrap_err();
            assert_eq!(problem.code(), "invalid_idempotency_key", "{bad:?}");
        }
        assert_eq!(keyed(&["k"], "/", "{").await.unwrap_err().code(), "malformed_json");
    }
}
