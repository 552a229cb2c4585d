//! Reads on after a refusal, so that whoever is still sending gets to see it.
//!
//! A server that answers before it has read the body and then closes makes the kernel reset the connection, and many
//! clients report the broken pipe instead of the answer that explains it (RFC 9112 §9.6).

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::timeout;

/// Most that is read and thrown away, in bytes. Who sends more is cut off.
const MOST: usize = 16 * 1024 * 1024;
/// Longest wait for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Middleware that throws away what is left of a refused request's body.
pub(super) async fn linger(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Such a client waits for our word before it sends, and a refusal is one.
    let asks_first = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let rest = Rest(Arc::new(Mutex::new(Kept { body, begun: !asks_first })));
    let response = next.run(Request::from_parts(parts, Body::new(rest.clone()))).await;
    let status = response.status();
    // Of who sends too slowly nothing more is waited for.
    let slow = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT);
    if (status.is_client_error() || status.is_server_error()) && !slow && rest.is_coming() {
        // Whether it took too long, was too much or broke off: the answer is the same.
        let _ = timeout(PATIENCE, rest.discard()).await;
    }
    response
}

/// A body that can still be read when its handler is done with it.
#[derive(Clone)]
struct Rest(Arc<Mutex<Kept>>);

struct Kept {
    body: Body,
    /// The client has been told to send, or never asked.
    begun: bool,
}

impl Rest {
    fn is_coming(&self) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.begun && !kept.body.is_end_stream()
    }

    async fn discard(mut self) {
        let mut read = 0;
        while read < MOST
            && let Some(Ok(frame)) = self.frame().await
        {
            read += frame.data_ref().map_or(0, Bytes::len);
        }
    }
}

impl HttpBody for Rest {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.begun = true;
        Pin::new(&mut kept.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.size_hint()
    }
}
