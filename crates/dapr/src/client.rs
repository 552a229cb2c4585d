//! The connection to the sidecar.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{HeaderMap, HeaderValue},
};

use crate::{Error, TraceContext, calls, error::ErrorBody};

/// Where the sidecar is and how to talk to it.
#[derive(Clone)]
pub struct DaprConfig {
    /// Base URL with scheme, such as `http://127.0.0.1:3500`.
    pub endpoint: String,
    /// What the sidecar wants in `dapr-api-token` (its `DAPR_API_TOKEN`).
    pub api_token: Option<String>,
    /// Longest wait for the whole of one answer.
    pub timeout: Duration,
}

impl DaprConfig {
    /// A sidecar on this machine's loopback, with a five-second timeout and no token.
    pub fn local(port: u16) -> Self {
        Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            api_token: None,
            timeout: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for DaprConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DaprConfig")
            .field("endpoint", &self.endpoint)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A client of one sidecar; clones share its connections.
#[derive(Clone, Debug)]
pub struct Dapr {
    http: Client,
    endpoint: Arc<str>,
}

impl Dapr {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// When the token cannot be a header value, or the HTTP client cannot be set up.
    pub fn new(config: &DaprConfig) -> Result<Self, Error> {
        const OPERATION: &str = "set-up";
        let mut headers = HeaderMap::new();
        if let Some(token) = &config.api_token {
            let mut value =
                HeaderValue::from_str(token).map_err(|e| Error::unreadable(OPERATION, e))?;
            value.set_sensitive(true);
            headers.insert("dapr-api-token", value);
        }
        let http = Client::builder()
            .default_headers(headers)
            // Calls to the loopback must not follow HTTP_PROXY of the environment.
            .no_proxy()
            .tcp_nodelay(true)
            .connect_timeout(Duration::from_secs(2))
            .timeout(config.timeout)
            .pool_idle_timeout(Duration::from_secs(90))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| Error::unreadable(OPERATION, e))?;
        Ok(Self { http, endpoint: config.endpoint.trim_end_matches('/').into() })
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.endpoint));
        match TraceContext::current() {
            Some(context) => request.header("traceparent", context.to_string()),
            None => request,
        }
    }

    /// Sends and reads a whole answer, making every status outside 2xx an [`Error::Refused`].
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<Answer, Error> {
        let answer = self.send_raw(operation, request).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let ErrorBody { code, message } = ErrorBody::read(&answer.body);
        Err(Error::Refused { operation, status: answer.status.as_u16(), code, message })
    }

    /// Sends and reads a whole answer, whatever its status.
    pub(crate) async fn send_raw(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<Answer, Error> {
        calls::note();
        let answer = exchange(request).await;
        let answer = answer.map_err(|source| Error::Unreachable { operation, source });
        calls::ended(operation, &answer);
        answer
    }
}

async fn exchange(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response: Response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Answer { status, headers, body: response.bytes().await? })
}

/// A whole answer of the sidecar.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Escapes one path segment for the sidecar, which unescapes with query rules (`+` is a space).
pub(crate) fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_plus_survives_the_sidecars_query_unescaping() {
        assert_eq!(super::segment("a+b/c d||é"), "a%2Bb%2Fc%20d%7C%7C%C3%A9");
    }
}
