//! When a task is due after a change.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use todo_events::{Due, Task};
use todo_language::DueChange;
use todo_recurrence::{Next, Series, Start, Zone};

use crate::domain::ResolvedDue;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// The due after a change; `None` for none any more.
pub(super) fn changed(
    due: Option<&Due>,
    change: &DueChange,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Option<Due> {
    match change {
        DueChange::To(due) => Some(due.clone()),
        DueChange::Clear => None,
        // Nothing that waits comes earlier by waiting longer.
        DueChange::Later { minutes, from_now } => {
            let ahead = |due: &&Due| ResolvedDue::new((*due).clone(), zone).remind_from > now;
            match due.filter(ahead) {
                Some(due) => {
                    let by = DueChange::By { minutes: i64::from(*minutes) };
                    changed(Some(due), &by, zone, now)
                }
                None => Some(from_now.clone()),
            }
        }
        DueChange::Time(time) => Some(at_time(due, *time, zone, now)),
        DueChange::By { minutes } if minutes % DAY == 0 => {
            Some(by_days(due, TimeDelta::minutes(*minutes), zone, now))
        }
        DueChange::By { minutes } => Some(by_clock(due, TimeDelta::minutes(*minutes), zone, now)),
    }
}

/// At another time of the day it is due; without a day, the next time the clock shows it.
fn at_time(due: Option<&Due>, time: NaiveTime, zone: &Zone, now: DateTime<Utc>) -> Due {
    match due {
        Some(Due::Date(date)) => Due::Local(date.and_time(time)),
        Some(Due::Local(local)) => Due::Local(local.date().and_time(time)),
        Some(Due::At { at, zone }) => {
            let local = zone.local(*at).date().and_time(time);
            Due::At { at: zone.resolve(local), zone: zone.clone() }
        }
        None => {
            let today = zone.date(now).and_time(time);
            let passed = zone.resolve(today) < now;
            Due::Local(if passed { today + TimeDelta::days(1) } else { today })
        }
    }
}

/// Whole days keep the wall clock.
fn by_days(due: Option<&Due>, length: TimeDelta, zone: &Zone, now: DateTime<Utc>) -> Due {
    match due {
        Some(Due::Date(date)) => Due::Date(*date + length),
        Some(Due::Local(local)) => Due::Local(*local + length),
        Some(Due::At { at, zone }) => {
            Due::At { at: zone.resolve(zone.local(*at) + length), zone: zone.clone() }
        }
        None => Due::Date(zone.date(now) + length),
    }
}

/// Hours and minutes are real time; a whole day counts from 09:00 as reminders do, and no due from now.
fn by_clock(due: Option<&Due>, length: TimeDelta, zone: &Zone, now: DateTime<Utc>) -> Due {
    let from = match due {
        Some(Due::At { at, zone }) => return Due::At { at: *at + length, zone: zone.clone() },
        Some(due) => ResolvedDue::new(due.clone(), zone).remind_from,
        None => now,
    };
    Due::Local(whole_minute(zone.local(from + length)))
}

fn whole_minute(local: NaiveDateTime) -> NaiveDateTime {
    use chrono::Timelike;
    local.with_second(0).and_then(|local| local.with_nanosecond(0)).unwrap_or(local)
}

/// The due of the occurrence behind the current one; `None` when none follows, or the task does not repeat.
pub(super) fn following(task: &Task, now: DateTime<Utc>) -> Option<Due> {
    let (recurrence, due) = (task.recurrence.as_ref()?, task.due.clone()?);
    let current = ResolvedDue::new(due.clone(), &task.zone);
    let series = Series::new(
        recurrence.anchor,
        recurrence.rule.clone(),
        recurrence.mode,
        current.zone.clone(),
        recurrence.except.iter().copied(),
    );
    match series.ok()?.next(&current.start, now) {
        Next::Ended => None,
        Next::Occurrence { start, at, .. } => Some(match (due, start) {
            (Due::At { zone, .. }, _) => Due::At { at, zone },
            (_, Start::AllDay(date)) => Due::Date(date),
            (_, Start::Timed(local)) => Due::Local(local),
            (_, Start::At(at)) => Due::At { at, zone: current.zone },
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::words::tests::task;

    fn change(due: serde_json::Value, change: &DueChange) -> serde_json::Value {
        let due: Option<Due> = serde_json::from_value(due).unwrap();
        let zone = "Europe/Berlin".parse().unwrap();
        let now = "2026-03-28T09:00:00Z".parse().unwrap();
        json!(changed(due.as_ref(), change, &zone, now))
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let time = DueChange::Time(NaiveTime::from_hms_opt(9, 30, 0).unwrap());
        let day = DueChange::By { minutes: DAY };
        let hour = DueChange::By { minutes: 60 };
        let late = json!({"local": "2026-03-28T17:00"});
        assert_eq!(change(late.clone(), &time), json!({"local": "2026-03-28T09:30"}));
        assert_eq!(
            change(json!({"date": "2026-04-01"}), &time),
            json!({"local": "2026-04-01T09:30"})
        );
        assert_eq!(change(json!(null), &time), json!({"local": "2026-03-29T09:30"}));
        // The clocks change in the night: a day later is the same time on the wall.
        assert_eq!(change(late.clone(), &day), json!({"local": "2026-03-29T17:00"}));
        assert_eq!(
            change(json!({"local": "2026-03-29T01:30"}), &hour),
            json!({"local": "2026-03-29T03:30"})
        );
        assert_eq!(
            change(json!({"date": "2026-04-01"}), &hour),
            json!({"local": "2026-04-01T10:00"})
        );
        assert_eq!(change(late, &DueChange::Clear), json!(null));
    }

    #[test]
    fn waiting_longer_never_comes_earlier() {
        let from_now: Due = serde_json::from_value(json!({"local": "2026-03-28T11:00"})).unwrap();
        let hour = DueChange::Later { minutes: 60, from_now };
        for (due, moved) in [
            (json!({"local": "2026-03-30T15:00"}), json!({"local": "2026-03-30T16:00"})),
            (json!({"date": "2026-03-30"}), json!({"local": "2026-03-30T10:00"})),
            (json!({"local": "2026-03-27T15:00"}), json!({"local": "2026-03-28T11:00"})),
            (json!({"date": "2026-03-28"}), json!({"local": "2026-03-28T11:00"})),
            (json!(null), json!({"local": "2026-03-28T11:00"})),
        ] {
            assert_eq!(change(due.clone(), &hour), moved, "{due}");
        }
    }

    #[test]
    fn a_repeat_goes_on_behind_the_current_occurrence() {
        let mut gym = task(6, "gym", json!({"local": "2026-11-27T18:00"}));
        let now = "2026-11-21T09:00:00Z".parse().unwrap();
        assert_eq!(following(&gym, now), None);
        gym.recurrence = serde_json::from_value(json!({
            "rule": "FREQ=WEEKLY;BYDAY=FR", "mode": "schedule", "anchor": "2026-11-27T18:00",
        }))
        .unwrap();
        assert_eq!(json!(following(&gym, now)), json!({"local": "2026-12-04T18:00"}));
    }
}
