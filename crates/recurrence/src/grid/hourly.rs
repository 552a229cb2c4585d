//! Occurrences every so many elapsed hours.

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::{Slot, is_plain};
use crate::calendar::Day;
use crate::days::DayPlan;
use crate::rrule::Rrule;
use crate::zone::Zone;

/// An hourly rule: instants at a fixed distance, on the local days its filters let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hourly {
    anchor: DateTime<Utc>,
    /// Seconds.
    step: i64,
    days: Option<DayPlan>,
    zone: Zone,
}

/// How many days a search may look at: enough for any rule people mean, and an end for those that never fire.
const SEARCH_DAYS: usize = 20_000;

impl Hourly {
    pub(super) fn new(rule: &Rrule, anchor: DateTime<Utc>, zone: &Zone) -> Self {
        let days = (!is_plain(rule)).then(|| DayPlan::of_rule(rule, zone.date(anchor)));
        Self { anchor, step: i64::from(rule.interval) * 3600, days, zone: zone.clone() }
    }

    pub(super) fn first(&self) -> Option<Slot> {
        self.after(self.anchor - Duration::seconds(1))
    }

    pub(super) fn after(&self, after: DateTime<Utc>) -> Option<Slot> {
        let mut slot = self.step_after(after)?;
        let Some(days) = &self.days else { return Some(slot) };
        for _ in 0..SEARCH_DAYS {
            let today = Day::of(slot.local.date());
            let day = days.next(today.plus(-1))?;
            if day == today {
                return Some(slot);
            }
            let midnight = self.midnight(day);
            slot = self.step_after((midnight - Duration::seconds(1)).max(slot.at))?;
        }
        None
    }

    pub(super) fn nth(&self, n: u32) -> Option<Slot> {
        if self.days.is_none() {
            return self.step(n.into());
        }
        (0..n).try_fold(self.first()?, |slot, _| self.after(slot.at))
    }

    pub(super) fn between(&self, after: DateTime<Utc>, before: DateTime<Utc>) -> u64 {
        let after = after.max(self.anchor - Duration::seconds(1));
        let before_last = before - Duration::seconds(1);
        let Some(days) = &self.days else { return self.steps_between(after, before_last) };
        let mut total = 0;
        let mut next = days.next(Day::of(self.zone.date(after)).plus(-1));
        while let Some(day) = next {
            let start = self.midnight(day) - Duration::seconds(1);
            if start >= before {
                break;
            }
            let end = self.midnight(day.plus(1)) - Duration::seconds(1);
            total += self.steps_between(start.max(after), end.min(before_last));
            next = days.next(day);
        }
        total
    }

    /// The steps later than `after` and not later than `last`.
    fn steps_between(&self, after: DateTime<Utc>, last: DateTime<Utc>) -> u64 {
        let steps = |at: DateTime<Utc>| (at - self.anchor).num_seconds().div_euclid(self.step);
        u64::try_from(steps(last) - steps(after)).unwrap_or(0)
    }

    fn step_after(&self, after: DateTime<Utc>) -> Option<Slot> {
        let elapsed = (after - self.anchor).num_seconds();
        self.step((elapsed.div_euclid(self.step) + 1).max(0))
    }

    fn step(&self, number: i64) -> Option<Slot> {
        let elapsed = Duration::try_seconds(number.checked_mul(self.step)?)?;
        let at = self.anchor.checked_add_signed(elapsed)?;
        let slot = Slot::of_instant(at, &self.zone);
        (Day::of(slot.local.date()) <= Day::LAST).then_some(slot)
    }

    fn midnight(&self, day: Day) -> DateTime<Utc> {
        self.zone.resolve(day.date().and_time(NaiveTime::MIN))
    }
}
