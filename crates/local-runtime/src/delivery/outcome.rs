//! What an application's answer to a delivery means (Dapr, "pubsub API: expected response").

use std::fmt;

use serde::Deserialize;

use crate::{
    app::{Answer, ChannelError},
    resiliency::{Repeat, Repeatable},
};

/// The application has seen the message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    Handled,
    /// Not to be repeated: `DROP`, or no such route.
    Dropped(String),
}

/// To be repeated if a policy says so; the code is what policies match on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    pub(super) status: Option<u16>,
    pub(super) reason: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Repeatable for Rejected {
    fn repeat(&self) -> Repeat {
        self.status.map_or(Repeat::Yes, Repeat::IfListed)
    }
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    status: String,
}

/// Reads an answer. A 2xx whose body is no `{"status": …}` is a success; an unknown status is a failure.
pub(super) fn outcome(answer: Result<Answer, ChannelError>) -> Result<Accepted, Rejected> {
    let answer = answer.map_err(|error| Rejected { status: None, reason: error.to_string() })?;
    match answer.status.as_u16() {
        200..=299 => of_body(&answer.body),
        404 => Ok(Accepted::Dropped("the application has no such route".to_owned())),
        status => {
            let reason = format!("status {status}: {}", excerpt(&answer.body));
            Err(Rejected { status: Some(status), reason })
        }
    }
}

fn of_body(body: &[u8]) -> Result<Accepted, Rejected> {
    let Ok(Body { status }) = serde_json::from_slice::<Body>(body) else {
        return Ok(Accepted::Handled);
    };
    match status.as_str() {
        "" | "SUCCESS" => Ok(Accepted::Handled),
        "DROP" => Ok(Accepted::Dropped("the application said DROP".to_owned())),
        other => Err(Rejected { status: None, reason: format!("the application said {other}") }),
    }
}

/// The beginning of a body, for a log line.
pub(super) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;

    fn of(status: u16, body: &'static str) -> Result<Accepted, Rejected> {
        let status = StatusCode::from_u16(status).unwrap();
        outcome(Ok(Answer { status, body: Bytes::from_static(body.as_bytes()) }))
    }

    #[test]
    fn successes() {
        for body in [
            "",
            "ok",
            "{}",
            "[1]",
            r#"{"status":""}"#,
            r#"{"status":"SUCCESS"}"#,
            r#"{"status":1}"#,
        ] {
            assert_eq!(of(200, body), Ok(Accepted::Handled), "{body}");
        }
        assert_eq!(of(204, ""), Ok(Accepted::Handled));
    }

    #[test]
    fn drops() {
        assert!(matches!(of(200, r#"{"status":"DROP"}"#), Ok(Accepted::Dropped(_))));
        assert!(matches!(of(404, ""), Ok(Accepted::Dropped(_))));
    }

    #[test]
    fn failures() {
        for body in [r#"{"status":"RETRY"}"#, r#"{"status":"success"}"#] {
            assert_eq!(of(200, body).unwrap_err().status, None, "{body}");
        }
        for status in [301, 400, 429, 500, 503] {
            assert_eq!(of(status, "").unwrap_err().status, Some(status));
        }
    }
}
