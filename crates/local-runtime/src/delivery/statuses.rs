//! What an application's answer to a batch means, entry by entry. The default is the opposite of a single delivery's: an
//! entry that the answer does not mention is to be repeated.

use std::collections::HashMap;

use serde::Deserialize;

use super::outcome::excerpt;
use crate::app::{Answer, ChannelError};

/// What becomes of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Handled,
    /// Not to be repeated; a copy goes to the dead-letter topic.
    Dropped,
    /// The whole batch found no route: given up without a copy.
    Lost,
    Failed(String),
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    statuses: Option<Vec<Status>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    entry_id: String,
    #[serde(default)]
    status: String,
}

/// One verdict for each of the entries sent, in their order.
pub(super) fn verdicts(answer: Result<Answer, ChannelError>, entries: &[String]) -> Vec<Verdict> {
    let all = |verdict: Verdict| vec![verdict; entries.len()];
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return all(Verdict::Failed(error.to_string())),
    };
    match answer.status.as_u16() {
        200..=299 => match serde_json::from_slice::<Body>(&answer.body) {
            Ok(body) => each(&body, entries),
            Err(error) => all(Verdict::Failed(format!("no list of statuses: {error}"))),
        },
        404 => all(Verdict::Lost),
        status => all(Verdict::Failed(format!("status {status}: {}", excerpt(&answer.body)))),
    }
}

fn each(body: &Body, entries: &[String]) -> Vec<Verdict> {
    let told: HashMap<&str, &str> = body
        .statuses
        .iter()
        .flatten()
        .map(|status| (status.entry_id.as_str(), status.status.as_str()))
        .collect();
    let verdict = |entry: &String| match told.get(entry.as_str()).copied() {
        Some("SUCCESS") => Verdict::Handled,
        Some("DROP") => Verdict::Dropped,
        Some("RETRY" | "") => Verdict::Failed("the application said RETRY".to_owned()),
        Some(other) => Verdict::Failed(format!("the application said {other}")),
        None => Verdict::Failed("the application said nothing of the entry".to_owned()),
    };
    entries.iter().map(verdict).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;

    fn of(status: u16, body: &'static str) -> Vec<Verdict> {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            body: Bytes::from_static(body.as_bytes()),
        };
        verdicts(Ok(answer), &["0".to_owned(), "1".to_owned()])
    }

    #[test]
    fn every_entry_has_its_own() {
        let verdicts = of(
            200,
            r#"{"statuses":[{"entryId":"1","status":"DROP"},{"entryId":"0","status":"SUCCESS"}]}"#,
        );
        assert_eq!(verdicts, [Verdict::Handled, Verdict::Dropped]);
    }

    #[test]
    fn what_is_not_said_is_repeated() {
        for body in [
            "",
            "{}",
            "[]",
            r#"{"statuses":null}"#,
            r#"{"statuses":[{"entryId":"7","status":"SUCCESS"},{"entryId":"0","status":"success"}]}"#,
        ] {
            assert!(of(200, body).iter().all(|v| matches!(v, Verdict::Failed(_))), "{body}");
        }
        assert!(of(500, "").iter().all(|v| matches!(v, Verdict::Failed(_))));
    }

    #[test]
    fn without_a_route_all_are_lost() {
        assert_eq!(of(404, ""), [Verdict::Lost, Verdict::Lost]);
    }
}
