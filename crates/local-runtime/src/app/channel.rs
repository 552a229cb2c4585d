//! The HTTP client from a sidecar to its application.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

/// Status and whole body of an answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// The application could not be reached, or broke off.
#[derive(Debug, thiserror::Error)]
#[error("{}", describe(.0))]
pub(crate) struct ChannelError(#[from] reqwest::Error);

impl ChannelError {
    /// Nothing was sent yet.
    pub(crate) fn is_connect(&self) -> bool {
        self.0.is_connect()
    }
}

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
}

impl AppChannel {
    /// The token, when there is one, goes with every call but the health probe.
    pub(crate) fn new(client: reqwest::Client, port: u16, token: Option<HeaderValue>) -> Self {
        Self { client, base: format!("http://127.0.0.1:{port}"), port, token }
    }

    /// Calls the application and reads the whole answer.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, ChannelError> {
        let response = self.send(method, path, headers, body).await?;
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
    ) -> Result<reqwest::Response, ChannelError> {
        let mut request = self.client.request(method, self.url(path)).headers(headers).body(body);
        if let Some(token) = &self.token {
            request = request.header("dapr-api-token", token);
        }
        Ok(request.send().await?)
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
