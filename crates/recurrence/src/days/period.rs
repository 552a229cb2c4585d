//! A rule as a grid of periods, each with its set of days.

use super::month::{DayFilter, EVERY_MONTH};
use super::set::DaySet;
use crate::calendar::{Day, Month};

/// What the interval counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    /// Weeks that start on this weekday, 0 for Monday.
    Week(i32),
    Month,
    Year,
}

impl Unit {
    /// After how many periods the calendar repeats itself: those of 400 years. Searching longer finds nothing new,
    /// whatever the interval.
    pub(super) const fn cycle(self) -> u32 {
        match self {
            Self::Day => 146_097,
            Self::Week(_) => 20_871,
            Self::Month => 4_800,
            Self::Year => 400,
        }
    }

    /// The number of the period a day lies in.
    pub(super) fn of(self, day: Day) -> i64 {
        match self {
            Self::Day => day.0.into(),
            Self::Week(start) => (day.0 - 1 - start).div_euclid(7).into(),
            Self::Month => day.month().0.into(),
            Self::Year => day.month().year().into(),
        }
    }
}

/// The days of a rule, counted from its anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayPlan {
    pub(super) unit: Unit,
    pub(super) interval: i64,
    /// No day before it counts.
    pub(super) anchor: Day,
    /// The number of the anchor's period, which is the first.
    pub(super) origin: i64,
    pub(super) filter: DayFilter,
    /// BYSETPOS.
    pub(super) positions: Vec<i16>,
}

impl DayPlan {
    /// The number of the `index`-th period from the anchor's.
    pub(super) const fn period(&self, index: i64) -> i64 {
        self.origin + index.saturating_mul(self.interval)
    }

    /// The index of the first period that does not end before `day`.
    pub(super) fn index_from(&self, day: Day) -> i64 {
        self.index_of(self.unit.of(day))
    }

    /// The index of the first period on the grid whose number is not below `period`.
    const fn index_of(&self, period: i64) -> i64 {
        let distance = period - self.origin;
        if distance <= 0 { 0 } else { (distance + self.interval - 1) / self.interval }
    }

    /// The days of a period, those before the anchor included.
    pub(super) fn days(&self, period: i64) -> DaySet {
        let horizon = self.unit.of(Day::LAST);
        let Some(number) = i32::try_from(period).ok().filter(|_| period <= horizon) else {
            return DaySet::short(Day::LAST, 0);
        };
        let all = match self.unit {
            Unit::Day => DaySet::short(Day(number), self.filter.has(Day(number)).into()),
            Unit::Week(start) => self.week(Day(number * 7 + 1 + start)),
            Unit::Month => DaySet::short(Month(number).eve(), self.filter.bits(Month(number))),
            Unit::Year => self.year(number),
        };
        if self.positions.is_empty() { all } else { all.at_positions(&self.positions) }
    }

    fn week(&self, first: Day) -> DaySet {
        let week = u64::from(self.filter.weekdays);
        let mut bits = (week | week << 7) >> first.weekday() & 0x7f;
        let (month, end) = (first.month(), first.plus(6).month());
        if !self.filter.has_month(month) || !self.filter.has_month(end) {
            let within = month.eve().0 + month.len() as i32 - first.0 + 1;
            let head = (1_u64 << within.min(7)) - 1;
            bits &= if self.filter.has_month(month) { head } else { 0 }
                | if self.filter.has_month(end) { !head } else { 0 };
        }
        DaySet::short(first, bits)
    }

    fn year(&self, year: i32) -> DaySet {
        let mut set = DaySet::year(Month::of(year, 1).eve());
        for month in (1..=12).map(|month| Month::of(year, month)) {
            let bits = self.filter.bits(month);
            if bits != 0 {
                set.add(month.eve(), bits);
            }
        }
        set
    }

    /// The first index from `index` on whose period BYMONTH does not rule out whole.
    pub(super) fn open_index(&self, index: i64) -> i64 {
        if self.filter.months == EVERY_MONTH {
            return index;
        }
        let Ok(number) = i32::try_from(self.period(index)) else { return index };
        let (first, last) = match self.unit {
            Unit::Day => (Day(number).month(), Day(number).month()),
            Unit::Week(start) => {
                let first = Day(number * 7 + 1 + start);
                (first.month(), first.plus(6).month())
            }
            Unit::Month => (Month(number), Month(number)),
            Unit::Year => return index,
        };
        if self.filter.has_month(first) || self.filter.has_month(last) {
            return index;
        }
        let mut ahead = (1..=12).map(|ahead| Month(last.0 + ahead));
        let Some(open) = ahead.find(|month| self.filter.has_month(*month)) else { return index };
        let period = match self.unit {
            Unit::Month => open.0.into(),
            Unit::Day | Unit::Week(_) | Unit::Year => self.unit.of(open.eve().plus(1)),
        };
        self.index_of(period).max(index + 1)
    }
}
