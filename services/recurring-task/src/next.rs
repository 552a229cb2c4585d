//! The rule of this service: what comes after a completed occurrence.
//!
//! It is computed from the completed task alone, with the instant of its completion as the only "now". So the same
//! event has the same answer today and in a week, on this replica and on another, and the occurrence's key makes the
//! second one harmless.

use chrono::{DateTime, NaiveTime, Utc};
use serde::Serialize;
use todo_events::{Due, Task};
use todo_recurrence::{Next, Series, SeriesError, Start, Zone};

/// What comes after a completed occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: the task does not repeat, or is not completed.
    NotRepeating,
    /// The series is over; `last` is the completed occurrence's own start.
    Ended {
        /// The last occurrence.
        last: Start,
    },
    /// Another occurrence.
    Occurrence {
        /// Names the occurrence within its series.
        key: Start,
        /// Its due.
        due: NextDue,
    },
}

/// When the next occurrence is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextDue {
    /// As the user would say it: a day stays a day, a time that follows the user goes on doing so.
    pub due: Due,
    /// The instant from which it is overdue; of a day, its last second.
    pub due_at: DateTime<Utc>,
    /// Occurrences that went by unseen before this one.
    pub missed: u32,
    /// The zone that `due` is meant in.
    pub zone: Zone,
}

/// Decides what comes after `task`.
///
/// # Errors
/// When the task's rule does not fit its anchor or mode, which chat-api does not let in.
pub fn after(task: &Task) -> Result<Decision, SeriesError> {
    let (Some(recurrence), Some(completed_at)) = (&task.recurrence, task.completed_at) else {
        return Ok(Decision::NotRepeating);
    };
    let zone = match &task.due {
        Some(Due::At { zone, .. }) => zone,
        Some(Due::Date(_) | Due::Local(_)) | None => &task.zone,
    };
    let last = match &task.due {
        Some(due) => start_of(due),
        None => recurrence.anchor,
    };
    let series = Series::new(
        recurrence.anchor,
        recurrence.rule.clone(),
        recurrence.mode,
        zone.clone(),
        recurrence.except.iter().copied(),
    )?;
    Ok(match series.next(&last, completed_at) {
        Next::Ended => Decision::Ended { last },
        Next::Occurrence { start, at, missed } => {
            let (due, due_at) = due_of(start, at, task.due.as_ref(), zone);
            Decision::Occurrence {
                key: start,
                due: NextDue { due, due_at, missed, zone: zone.clone() },
            }
        }
    })
}

/// The start that a due stands for. An instant that its wall-clock time does not name stays an instant.
fn start_of(due: &Due) -> Start {
    match due {
        Due::Date(date) => Start::AllDay(*date),
        Due::Local(local) => Start::Timed(*local),
        Due::At { at, zone } => {
            let local = zone.local(*at);
            if zone.resolve(local) == *at { Start::Timed(local) } else { Start::At(*at) }
        }
    }
}

/// A due of the same kind as `previous` at `start`, and the instant from which it is overdue.
fn due_of(
    start: Start,
    at: DateTime<Utc>,
    previous: Option<&Due>,
    zone: &Zone,
) -> (Due, DateTime<Utc>) {
    match (start, previous) {
        (Start::AllDay(date), _) => {
            (Due::Date(date), zone.resolve(date.and_time(last_second_of_day())))
        }
        // The second pass through an hour that the clock repeats has no wall-clock text of its own.
        (Start::Timed(_), Some(Due::At { .. })) | (Start::At(_), _) => {
            (Due::At { at, zone: zone.clone() }, at)
        }
        (Start::Timed(local), Some(Due::Date(_) | Due::Local(_)) | None) => (Due::Local(local), at),
    }
}

fn last_second_of_day() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN)
}

#[cfg(test)]
mod tests;
