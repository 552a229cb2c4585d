//! Lengths of time: "90 minutes", "1h30m", "half an hour", "two and a half hours".

use chrono::{Duration, NaiveDateTime};

use crate::{
    calendar,
    lexicon::{Unit, Word},
    line::Line,
};

/// A length of time; its parts are kept apart because months and days have no fixed length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Amount {
    /// Whole months.
    pub(crate) months: u32,
    /// Whole days.
    pub(crate) days: u32,
    /// Minutes beside them.
    pub(crate) minutes: u32,
}

/// More than this many of a unit is a slip of the pen, not a plan.
pub(super) const LARGEST: u32 = 10_000;

impl Amount {
    /// So many of a unit.
    pub(crate) fn of(count: u32, unit: Unit) -> Option<Self> {
        if count > LARGEST {
            return None;
        }
        let none = Self::default();
        Some(match unit {
            Unit::Minute => Self { minutes: count, ..none },
            Unit::Hour => Self { minutes: count * 60, ..none },
            Unit::Day => Self { days: count, ..none },
            Unit::Week => Self { days: count * 7, ..none },
            Unit::Month => Self { months: count, ..none },
            Unit::Quarter => Self { months: count * 3, ..none },
            Unit::Year => Self { months: count * 12, ..none },
        })
    }

    fn half(unit: Unit) -> Option<Self> {
        match unit {
            Unit::Hour => Self::of(30, Unit::Minute),
            Unit::Day => Self::of(12, Unit::Hour),
            Unit::Year => Self::of(6, Unit::Month),
            Unit::Minute | Unit::Week | Unit::Month | Unit::Quarter => None,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            months: self.months + other.months,
            days: self.days + other.days,
            minutes: self.minutes + other.minutes,
        }
    }

    /// In minutes, a month counted as thirty days.
    pub(crate) fn in_minutes(self) -> u32 {
        (self.months * 30 + self.days) * 1440 + self.minutes
    }

    /// Real time, of a length that names no days: "90 minutes".
    pub(crate) fn by_clock(self) -> Option<Duration> {
        let clock = self.months == 0 && self.days == 0 && self.minutes > 0;
        clock.then(|| Duration::minutes(i64::from(self.minutes)))
    }

    /// That much later on the wall clock.
    pub(crate) fn after(self, time: NaiveDateTime) -> NaiveDateTime {
        let date = calendar::plus_months(time.date(), self.months);
        let date = calendar::plus_days(date, i64::from(self.days));
        let moved = date.and_time(time.time());
        moved.checked_add_signed(Duration::minutes(i64::from(self.minutes))).unwrap_or(moved)
    }
}

/// A length of several parts: "1 day and 2 hours", "1h30m".
pub(crate) fn amount(line: &Line<'_>, at: usize) -> Option<(Amount, usize)> {
    let (mut total, mut end) = single(line, at)?;
    loop {
        let next = line.skip(end, &[Word::And]);
        match single(line, next) {
            Some((more, after)) if line.digits(next).is_some() => {
                total = total.plus(more);
                end = after;
            }
            _ => return Some((total, end)),
        }
    }
}

/// A length of one part: "two and a half hours", "half an hour", "an hour and a half".
pub(crate) fn single(line: &Line<'_>, at: usize) -> Option<(Amount, usize)> {
    if let Some(half) = line.word(at, Word::Half) {
        let (unit, end) = line.unit(line.skip(half, &[Word::One]))?;
        return Some((Amount::half(unit)?, end));
    }
    let (count, mut end) = line.count(at)?;
    let mut half = false;
    if let Some(after) = line.word(end, Word::AndHalf) {
        (half, end) = (true, after);
    } else if let Some(dot) = line.mark(end, '.').filter(|_| line.glued(end)) {
        let (tenths, after) = line.digits(dot)?;
        (half, end) = (tenths == 5, after);
    } else if line.mark(end, '-').is_some() && line.unit(end + 1).is_some() {
        end += 1;
    }
    let (unit, end) = line.unit(end)?;
    let whole = Amount::of(count, unit)?;
    if half {
        return Some((whole.plus(Amount::half(unit)?), end));
    }
    match line.word(end, Word::AndHalf) {
        Some(after) if line.unit(after).is_none() => Some((whole.plus(Amount::half(unit)?), after)),
        _ => Some((whole, end)),
    }
}
