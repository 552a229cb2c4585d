//! The HTTP client from a sidecar to its application.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Status and whole body of an answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// The application could not be reached, or broke off.
#[derive(Debug, thiserror::Error)]
#[error("{}", describe(.0))]
pub(crate) struct ChannelError(#[from] reqwest::Error);

fn describe(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// The client all channels share: no proxies, no redirects, no timeout of its own, small writes at once.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true)
        .pool_max_idle_per_host(1024)
        .pool_idle_timeout(Duration::from_secs(60))
        .connect_timeout(Duration::from_secs(5))
        .http1_only()
        .build()
}

/// A channel to one application.
pub(crate) struct AppChannel {
    client: reqwest::Client,
    base: String,
    port: u16,
    token: Option<HeaderValue>,
    /// One for all calls of whatever kind (`app-max-concurrency`), but for the health probe.
    slots: Option<Arc<Semaphore>>,
}

/// An answer whose body is still to be read. It occupies one of the application's slots until it is dropped.
pub(crate) struct Incoming {
    response: reqwest::Response,
    slot: Option<OwnedSemaphorePermit>,
}

impl Incoming {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body as it comes in.
    pub(crate) fn into_stream(self) -> impl Stream<Item = reqwest::Result<Bytes>> {
        let Self { response, slot } = self;
        response.bytes_stream().map(move |chunk| {
            let _occupied = &slot;
            chunk
        })
    }
}

impl From<reqwest::Response> for Incoming {
    fn from(response: reqwest::Response) -> Self {
        Self { response, slot: None }
    }
}

impl AppChannel {
    /// The token, when there is one, goes with every call but the health probe.
    pub(crate) fn new(client: reqwest::Client, port: u16, token: Option<HeaderValue>) -> Self {
        Self { client, base: format!("http://127.0.0.1:{port}"), port, token, slots: None }
    }

    /// At most so many calls at a time.
    pub(crate) fn limited(self, calls: Option<u32>) -> Self {
        let slots = calls.map(|calls| Arc::new(Semaphore::new(calls.max(1) as usize)));
        Self { slots, ..self }
    }

    /// Calls the application and reads the whole answer.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, ChannelError> {
        let Incoming { response, slot: _slot } = self.send(method, path, headers, body).await?;
        let status = response.status();
        Ok(Answer { status, body: response.bytes().await? })
    }

    /// Calls the application; the answer's body is still to be read.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Incoming, ChannelError> {
        let slot = match &self.slots {
            // Never closed, so there is always one in the end.
            Some(slots) => Arc::clone(slots).acquire_owned().await.ok(),
            None => None,
        };
        let mut request = self.client.request(method, self.url(path)).headers(headers).body(body);
        if let Some(token) = &self.token {
            request = request.header("dapr-api-token", token);
        }
        Ok(Incoming { response: request.send().await?, slot })
    }

    /// A health probe: healthy is 2xx within the time.
    pub(super) async fn probe(&self, path: &str, timeout: Duration) -> bool {
        let answer = self.client.get(self.url(path)).timeout(timeout).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Whether somebody listens on the application's port.
    pub(super) async fn is_open(&self) -> bool {
        let connect = tokio::net::TcpStream::connect(("127.0.0.1", self.port));
        tokio::time::timeout(Duration::from_millis(500), connect).await.is_ok_and(|c| c.is_ok())
    }

    fn url(&self, path: &str) -> String {
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{path}", self.base)
    }
}
