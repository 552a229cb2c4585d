//! What an application's answer to a delivery means (Dapr, "pubsub API: expected response").

use serde::Deserialize;

use crate::app::{Answer, ChannelError};

/// Meaning of one attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    /// Not to be repeated: `DROP`, or no such route.
    Drop(String),
    /// To be repeated if a policy says so; the code is what policies match on.
    Failed {
        status: Option<u16>,
        reason: String,
    },
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    status: String,
}

impl Outcome {
    /// Reads an answer. A 2xx whose body is no `{"status": …}` is a success; an unknown status is a failure.
    pub(super) fn of(answer: Result<Answer, ChannelError>) -> Self {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Self::Failed { status: None, reason: error.to_string() },
        };
        match answer.status.as_u16() {
            200..=299 => Self::of_body(&answer.body),
            404 => Self::Drop("the application has no such route".to_owned()),
            status => {
                let reason = format!("status {status}: {}", excerpt(&answer.body));
                Self::Failed { status: Some(status), reason }
            }
        }
    }

    fn of_body(body: &[u8]) -> Self {
        let Ok(Body { status }) = serde_json::from_slice::<Body>(body) else {
            return Self::Success;
        };
        match status.as_str() {
            "" | "SUCCESS" => Self::Success,
            "DROP" => Self::Drop("the application said DROP".to_owned()),
            other => Self::Failed { status: None, reason: format!("the application said {other}") },
        }
    }
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;

    fn outcome(status: u16, body: &'static str) -> Outcome {
        let status = StatusCode::from_u16(status).unwrap();
        Outcome::of(Ok(Answer { status, body: Bytes::from_static(body.as_bytes()) }))
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
            assert_eq!(outcome(200, body), Outcome::Success, "{body}");
        }
        assert_eq!(outcome(204, ""), Outcome::Success);
    }

    #[test]
    fn drops() {
        assert!(matches!(outcome(200, r#"{"status":"DROP"}"#), Outcome::Drop(_)));
        assert!(matches!(outcome(404, ""), Outcome::Drop(_)));
    }

    #[test]
    fn failures() {
        for body in [r#"{"status":"RETRY"}"#, r#"{"status":"success"}"#] {
            assert!(matches!(outcome(200, body), Outcome::Failed { status: None, .. }), "{body}");
        }
        for status in [301, 400, 429, 500, 503] {
            assert!(
                matches!(outcome(status, ""), Outcome::Failed { status: Some(s), .. } if s == status)
            );
        }
    }
}
