//! From what the user said to the instants that follow from it.

use chrono::{DateTime, NaiveTime, SubsecRound, Utc};
use todo_events::Due;
use todo_recurrence::{Start, Zone};

/// A due with everything that is computed from it once, when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedDue {
    /// What the user said.
    pub due: Due,
    /// The instant from which the task is overdue; of a day, its last second.
    pub due_at: DateTime<Utc>,
    /// The instant that reminders count back from; of a day, 09:00.
    pub remind_from: DateTime<Utc>,
    /// The wall-clock start: anchor and occurrence key of a repeat.
    pub start: Start,
    /// The zone it was understood in.
    pub zone: Zone,
}

impl ResolvedDue {
    /// Resolves a due; one without a zone of its own is meant in `user_zone`.
    pub fn new(due: Due, user_zone: &Zone) -> Self {
        match due {
            Due::Date(date) => Self {
                due_at: user_zone.resolve(date.and_time(last_second())),
                remind_from: user_zone.resolve(date.and_time(morning())),
                start: Start::AllDay(date),
                zone: user_zone.clone(),
                due: Due::Date(date),
            },
            Due::Local(local) => {
                let at = user_zone.resolve(local);
                Self {
                    due_at: at,
                    remind_from: at,
                    start: Start::Timed(local),
                    zone: user_zone.clone(),
                    due: Due::Local(local),
                }
            }
            Due::At { at, zone } => {
                let at = at.trunc_subsecs(0);
                Self {
                    due_at: at,
                    remind_from: at,
                    start: Start::of_instant(at, &zone),
                    due: Due::At { at, zone: zone.clone() },
                    zone,
                }
            }
        }
    }
}

fn last_second() -> NaiveTime {
    NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN)
}

fn morning() -> NaiveTime {
    NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn karachi() -> Zone {
        "Asia/Karachi".parse().unwrap()
    }

    #[test]
    fn a_day_is_overdue_when_it_is_over_and_reminds_in_its_morning() {
        let day = ResolvedDue::new(Due::Date("2026-11-22".parse().unwrap()), &karachi());
        assert_eq!(day.due_at.to_rfc3339(), "2026-11-22T18:59:59+00:00");
        assert_eq!(day.remind_from.to_rfc3339(), "2026-11-22T04:00:00+00:00");
        assert_eq!(day.start.to_string(), "2026-11-22");
    }

    #[test]
    fn an_instant_keeps_its_own_zone() {
        let at = "2026-11-22T12:00:00Z".parse().unwrap();
        let due = Due::At { at, zone: "Europe/Berlin".parse().unwrap() };
        let resolved = ResolvedDue::new(due, &karachi());
        assert_eq!(resolved.start.to_string(), "2026-11-22T13:00");
        assert_eq!(resolved.zone.name(), "Europe/Berlin");
    }
}
