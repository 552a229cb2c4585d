//! The sentences of notifications. Times are told as distances: the reader's zone is not known here.

use chrono::{DateTime, TimeDelta, Utc};
use todo_events::{Actor, TaskChange};

/// Lateness below this is not worth a sentence, in milliseconds.
const WORTH_SAYING_MS: u64 = 60_000;

/// The body of a reminder.
pub(super) fn reminder(
    due_at: Option<DateTime<Utc>>,
    late_by_ms: u64,
    now: DateTime<Utc>,
) -> String {
    let mut text = due_at.map_or_else(|| "A reminder".to_owned(), |due_at| due(due_at, now));
    if late_by_ms >= WORTH_SAYING_MS {
        let late = TimeDelta::milliseconds(i64::try_from(late_by_ms).unwrap_or(i64::MAX));
        text.push_str(&format!(" (this reminder is {} late)", distance(late)));
    }
    text
}

/// The body of a change that somebody else made.
pub(super) fn change(
    actor: Actor,
    change: TaskChange,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> String {
    let who = match actor {
        Actor::Mcp => "An agent",
        Actor::Recurring => "The repeat",
        Actor::Chat => "The chat",
        Actor::Api => "The API",
    };
    let what = match change {
        TaskChange::Created => "added this task",
        TaskChange::Updated => "changed this task",
        TaskChange::Completed => "completed this task",
        TaskChange::Deleted => "deleted this task",
    };
    match due_at.filter(|_| matches!(change, TaskChange::Created | TaskChange::Updated)) {
        Some(due_at) => format!("{who} {what}. {}", due(due_at, now)),
        None => format!("{who} {what}"),
    }
}

fn due(due_at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let ahead = due_at - now;
    if ahead.num_seconds().abs() < 60 {
        "Due now".to_owned()
    } else if ahead > TimeDelta::zero() {
        format!("Due in {}", distance(ahead))
    } else {
        format!("Overdue by {}", distance(-ahead))
    }
}

/// A distance in its one or two largest units, rounded to the nearest minute.
fn distance(distance: TimeDelta) -> String {
    let minutes = (distance.num_seconds() + 30) / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let count = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match (days, hours, minutes) {
        (0, 0, m) => count(m, "minute"),
        (0, h, 0) => count(h, "hour"),
        (0, h, m) => format!("{} {}", count(h, "hour"), count(m, "minute")),
        (d, 0, _) => count(d, "day"),
        (d, h, _) => format!("{} {}", count(d, "day"), count(h, "hour")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn distances_have_at_most_two_units() {
        for (seconds, text) in [
            (60, "1 minute"),
            (119, "2 minutes"),
            (3600, "1 hour"),
            (5400, "1 hour 30 minutes"),
            (86_399, "1 day"),
            (90_000, "1 day 1 hour"),
            (86_400 * 3 + 60, "3 days"),
        ] {
            assert_eq!(distance(TimeDelta::seconds(seconds)), text, "{seconds}");
        }
    }

    #[test]
    fn a_reminder_says_when_the_task_is_due_and_how_late_it_comes() {
        assert_eq!(reminder(Some(at(3600)), 0, at(0)), "Due in 1 hour");
        assert_eq!(reminder(Some(at(20)), 59_999, at(0)), "Due now");
        assert_eq!(reminder(Some(at(0)), 0, at(7200)), "Overdue by 2 hours");
        assert_eq!(reminder(None, 300_000, at(0)), "A reminder (this reminder is 5 minutes late)");
    }

    #[test]
    fn a_change_names_who_and_what() {
        let due = Some(at(86_400));
        assert_eq!(
            change(Actor::Recurring, TaskChange::Created, due, at(0)),
            "The repeat added this task. Due in 1 day"
        );
        assert_eq!(
            change(Actor::Mcp, TaskChange::Deleted, due, at(0)),
            "An agent deleted this task"
        );
    }
}
