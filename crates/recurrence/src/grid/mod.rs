//! The occurrences of a rule in a zone, before its end and its exceptions.
//!
//! Days and longer run on the wall clock; hours run on elapsed time, since twelve hours after a dose are twelve
//! hours, whatever the clock on the wall was set to.

mod hourly;
mod times;
mod wall;

pub(crate) use hourly::Hourly;
pub(crate) use times::Times;
pub(crate) use wall::Wall;

use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, Utc};

use crate::days::DayPlan;
use crate::rrule::{Frequency, Rrule};
use crate::rule::Rule;
use crate::start::Start;
use crate::zone::Zone;

/// A place in time that has both readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The wall-clock time the rule names, even when a clock change leaves it out.
    pub(crate) local: NaiveDateTime,
    /// The instant that stands for it.
    pub(crate) at: DateTime<Utc>,
}

impl Slot {
    pub(crate) fn of_instant(at: DateTime<Utc>, zone: &Zone) -> Self {
        Self { local: zone.local(at), at }
    }

    /// The later of two, in each reading.
    pub(crate) fn max(self, other: Self) -> Self {
        Self { local: self.local.max(other.local), at: self.at.max(other.at) }
    }

    /// The earlier of two, in each reading.
    pub(crate) fn min(self, other: Self) -> Self {
        Self { local: self.local.min(other.local), at: self.at.min(other.at) }
    }

    pub(crate) fn plus_second(self) -> Self {
        let second = Duration::seconds(1);
        Self { local: self.local + second, at: self.at + second }
    }
}

/// The occurrences of a rule, ascending in both readings' order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grid {
    Wall(Wall),
    Hourly(Hourly),
}

impl Grid {
    /// The occurrences of `rule` from `anchor` on.
    pub(crate) fn new(rule: &Rule, anchor: &Start, zone: &Zone) -> Self {
        match rule {
            Rule::Rrule(rule) if rule.frequency == Frequency::Hourly => {
                Self::Hourly(Hourly::new(rule, anchor.instant(zone), zone))
            }
            Rule::Rrule(rule) => Self::Wall(Wall::of_rrule(rule, anchor.local(zone), zone)),
            Rule::Cron(cron) => {
                let days = DayPlan::of_filter(cron.days(), anchor.date(zone));
                let times = if anchor.is_all_day() {
                    Times::Once(NaiveTime::MIN)
                } else {
                    Times::Cron(cron.clone())
                };
                Self::Wall(Wall::new(days, times, anchor.local(zone), zone))
            }
        }
    }

    /// The first occurrence.
    pub(crate) fn first(&self) -> Option<Slot> {
        match self {
            Self::Wall(wall) => wall.first(),
            Self::Hourly(hourly) => hourly.first(),
        }
    }

    /// The first occurrence later than `slot`.
    pub(crate) fn after(&self, slot: Slot) -> Option<Slot> {
        match self {
            Self::Wall(wall) => wall.after(slot.local),
            Self::Hourly(hourly) => hourly.after(slot.at),
        }
    }

    /// The first occurrence whose instant is not before `at`.
    pub(crate) fn not_before(&self, at: DateTime<Utc>) -> Option<Slot> {
        match self {
            Self::Wall(wall) => wall.not_before(at),
            Self::Hourly(hourly) => hourly.after(at - Duration::seconds(1)),
        }
    }

    /// How many occurrences lie between two slots, neither counted.
    pub(crate) fn between(&self, after: Slot, before: Slot) -> u64 {
        match self {
            Self::Wall(wall) => wall.between(after, before),
            Self::Hourly(hourly) => hourly.between(after.at, before.at),
        }
    }

    /// The last occurrence when there are `count` of them; `None` when the calendar ends first.
    pub(crate) fn last_of(&self, count: u32) -> Option<Slot> {
        match self {
            Self::Wall(wall) => wall.nth(count - 1),
            Self::Hourly(hourly) => hourly.nth(count - 1),
        }
    }
}

/// Whether a rule has nothing but a frequency and an interval.
pub(crate) fn is_plain(rule: &Rrule) -> bool {
    rule.months.is_empty() && rule.month_days.is_empty() && rule.days.is_empty()
}
