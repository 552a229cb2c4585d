//! What a person writes: plain tasks, tasks that remind in a few seconds, tasks that repeat.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// Kinds of tasks, in turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Just a title.
    Plain,
    /// With a reminder that comes during the load.
    Reminding,
    /// To be completed, so that another follows.
    Repeating,
}

impl Kind {
    /// Of a person's nth task.
    pub(super) const fn of(number: usize) -> Self {
        match number % 3 {
            0 => Self::Plain,
            1 => Self::Reminding,
            _ => Self::Repeating,
        }
    }

    /// The task, which nobody else has under this title.
    pub(super) fn task(self, title: &str, now: DateTime<Utc>) -> Value {
        // None but those that are asked for, whatever the person's default is.
        let mut task = json!({ "title": title, "reminders": [] });
        match self {
            Self::Plain => {}
            Self::Reminding => {
                let at = (now + TimeDelta::seconds(4)).to_rfc3339();
                task["reminders"] = json!([{ "at": at, "channel": "push" }]);
            }
            Self::Repeating => {
                task["due"] = json!({ "date": (now + TimeDelta::days(1)).date_naive() });
                task["recurrence"] = json!({ "rule": "FREQ=DAILY" });
            }
        }
        task
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_take_turns() {
        let kinds: Vec<Kind> = (0..4).map(Kind::of).collect();
        assert_eq!(kinds, [Kind::Plain, Kind::Reminding, Kind::Repeating, Kind::Plain]);
        let at = Kind::Reminding.task("x", DateTime::UNIX_EPOCH)["reminders"][0]["at"].clone();
        assert_eq!(at, "1970-01-01T00:00:04+00:00");
        assert_eq!(Kind::Repeating.task("x", DateTime::UNIX_EPOCH)["due"]["date"], "1970-01-02");
    }
}
