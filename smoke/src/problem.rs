//! What came instead of an answer.

use std::fmt;

use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

/// Longest part of a foreign answer that is told.
const SHOWN: usize = 200;

/// A request without a good answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection failed before an answer began: as clients see a server that goes.
    Connection(String),
    /// No answer in time, or one that broke off.
    Incomplete(String),
    /// An answer that is not 2xx.
    Refused(StatusCode, String),
}

/// Sends a request; the body of a good answer, null when there is none.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn answer(request: RequestBuilder) -> Result<Value, Failure> {
    let response = request.send().await.map_err(|error| Failure::of(&error))?;
    let status = response.status();
    let text = response.text().await.map_err(|error| Failure::Incomplete(words(&error)))?;
    if !status.is_success() {
        return Err(Failure::Refused(status, told(&text)));
    }
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let unreadable = |_| Failure::Refused(status, format!("no JSON: {}", cut(&text)));
    serde_json::from_str(&text).map_err(unreadable)
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        let at_connection = error.is_connect() || error.is_request();
        if at_connection && !error.is_timeout() {
            Self::Connection(words(error))
        } else {
            Self::Incomplete(words(error))
        }
    }

    /// Whether an ordinary client would send the request once more, when that does no harm.
    pub(crate) fn is_connection(&self) -> bool {
        matches!(self, Self::Connection(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(words) => write!(f, "connection failed: {words}"),
            Self::Incomplete(words) => write!(f, "no whole answer: {words}"),
            Self::Refused(status, words) => write!(f, "{}: {words}", status.as_u16()),
        }
    }
}

/// The cause at the bottom, without the address, which is the same for all.
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if error.is_timeout() { "timed out".to_owned() } else { cause.to_string() }
}

/// `code: detail` of a problem, else the beginning of whatever it is.
pub(crate) fn told(text: &str) -> String {
    let problem: Value = serde_json::from_str(text).unwrap_or_default();
    match (problem["code"].as_str(), problem["detail"].as_str()) {
        (Some(code), Some(detail)) => format!("{code}: {detail}"),
        _ => cut(text),
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_by_its_code() {
        assert_eq!(told(r#"{"code":"x_y","detail":"why","status":503}"#), "x_y: why");
        assert_eq!(told(" upstream connect error "), "upstream connect error");
        assert_eq!(told(&"x".repeat(300)).len(), SHOWN);
    }

    #[tokio::test]
    async fn nobody_there_is_a_failed_connection() {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let failure = answer(client.get("http://127.0.0.1:1")).await.unwrap_err();
        assert!(failure.is_connection(), "{failure}");
        assert!(failure.to_string().contains("refused"), "{failure}");
    }
}
