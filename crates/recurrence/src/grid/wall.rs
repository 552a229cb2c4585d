//! Occurrences on the wall clock: days of a plan, times of a day, resolved to an instant once, at the end.
//!
//! An occurrence in a gap moves forward by the gap's length. If the rule has another one no later than that right
//! after the gap, the moved one is dropped: a half-hourly rule does not fire twice when 02:00 becomes 03:00, and a
//! daily one does not fill the day that Samoa left out in 2011.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use super::{Slot, Times};
use crate::calendar::Day;
use crate::days::DayPlan;
use crate::rrule::Rrule;
use crate::zone::{Resolved, Zone};

/// A rule of days or longer, or a cron rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wall {
    days: DayPlan,
    times: Times,
    anchor: NaiveDateTime,
    zone: Zone,
}

impl Wall {
    pub(super) fn new(days: DayPlan, times: Times, anchor: NaiveDateTime, zone: &Zone) -> Self {
        Self { days, times, anchor, zone: zone.clone() }
    }

    pub(super) fn of_rrule(rule: &Rrule, anchor: NaiveDateTime, zone: &Zone) -> Self {
        let days = DayPlan::of_rule(rule, anchor.date());
        Self::new(days, Times::Once(anchor.time()), anchor, zone)
    }

    pub(super) fn first(&self) -> Option<Slot> {
        self.after(self.anchor - Duration::seconds(1))
    }

    pub(super) fn after(&self, after: NaiveDateTime) -> Option<Slot> {
        let mut local = self.local_after(after)?;
        loop {
            match self.zone.resolved(local) {
                Resolved::Real(at) => return Some(Slot { local, at }),
                Resolved::Gap { at, end } if !self.is_doubled(at, end) => {
                    return Some(Slot { local, at });
                }
                Resolved::Gap { .. } => local = self.local_after(local)?,
            }
        }
    }

    pub(super) fn nth(&self, n: u32) -> Option<Slot> {
        let local = self.days.nth(n)?.date().and_time(self.times.first());
        Some(Slot { local, at: self.zone.resolve(local) })
    }

    pub(super) fn not_before(&self, at: DateTime<Utc>) -> Option<Slot> {
        /// Longer than any gap or overlap in the zone data, the day Samoa skipped included.
        const LONGEST_CHANGE: Duration = Duration::hours(25);
        // After a change of the clock, instants and wall-clock times may disagree on what came first.
        let (earlier, local) = (self.zone.local(at - LONGEST_CHANGE), self.zone.local(at));
        let steady = local - earlier == LONGEST_CHANGE;
        let from = if steady { local } else { earlier };
        let mut slot = self.after(from - Duration::seconds(1))?;
        while slot.at < at {
            slot = self.after(slot.local)?;
        }
        Some(slot)
    }

    pub(super) fn between(&self, after: Slot, before: Slot) -> u64 {
        let from = after.local.max(self.anchor - Duration::seconds(1));
        if before.local <= from {
            return 0;
        }
        let listed = self.listed_between(from, before.local);
        let shift = (before.local - after.local) - (before.at - after.at);
        if matches!(self.times, Times::Once(_)) && shift.abs() < Duration::hours(12) {
            // Once a day, only the loss of a whole day doubles anything.
            return listed;
        }
        let doubled = |(start, end): (NaiveDateTime, NaiveDateTime)| {
            self.doubled_in((start - Duration::seconds(1)).max(from), end.min(before.local))
        };
        listed - self.zone.gaps(from, before.local).map(doubled).sum::<u64>()
    }

    /// The next time the rule lists, whether or not the clock shows it.
    fn local_after(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let after = after.max(self.anchor - Duration::seconds(1));
        let today = Day::of(after.date());
        if let Some(time) = self.times.after(after.time()) {
            let day = self.days.next(today.plus(-1))?;
            let time = if day == today { time } else { self.times.first() };
            return Some(day.date().and_time(time));
        }
        Some(self.days.next(today)?.date().and_time(self.times.first()))
    }

    fn listed_between(&self, after: NaiveDateTime, before: NaiveDateTime) -> u64 {
        let (first, last) = (Day::of(after.date()), Day::of(before.date()));
        let has = |day: Day| self.days.next(day.plus(-1)) == Some(day);
        let each = self.times.count();
        let rest = |of: NaiveDateTime| self.times.count_after(of.time());
        let up_to = before - Duration::seconds(1);
        let head = if has(first) { u64::from(rest(after)) } else { 0 };
        // The times of the last day that are not before `before`.
        let cut = if before.date() > up_to.date() { each } else { rest(up_to) };
        if first == last {
            return if has(first) { head - u64::from(cut) } else { 0 };
        }
        let tail = if has(last) { u64::from(each - cut) } else { 0 };
        head + self.days.between(first, last) * u64::from(each) + tail
    }

    fn doubled_in(&self, after: NaiveDateTime, before: NaiveDateTime) -> u64 {
        let times =
            std::iter::successors(self.local_after(after), |local| self.local_after(*local));
        let doubled = times.take_while(|local| *local < before).filter(|local| {
            matches!(self.zone.resolved(*local), Resolved::Gap { at, end } if self.is_doubled(at, end))
        });
        doubled.count() as u64
    }

    /// Whether the rule has a time of its own between the end of a gap and the instant an occurrence moved to.
    fn is_doubled(&self, at: DateTime<Utc>, end: NaiveDateTime) -> bool {
        let own = self.local_after(end - Duration::seconds(1));
        own.is_some_and(|own| own <= self.zone.local(at))
    }
}
