//! Which days of a month match, all at once, as bits.

use crate::calendar::{Day, Month};
use crate::rrule::Skip;

/// All months: bits 1 to 12.
pub(crate) const EVERY_MONTH: u16 = 0b1_1111_1111_1110;

/// What an n-th weekday is counted within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Month,
    Year,
}

/// What days of a month have to be. An empty set of dates or weekdays asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayFilter {
    /// Bits 1 to 12.
    pub(crate) months: u16,
    /// Bits 1 to 31.
    pub(crate) dates: u32,
    /// Bits 1 to 31, counted from the end of the month.
    pub(crate) dates_from_end: u32,
    /// Bits 0 (Monday) to 6.
    pub(crate) weekdays: u8,
    /// Weekdays (0 for Monday) that are the n-th of their month or year.
    pub(crate) nth: Vec<(i8, u8)>,
    pub(crate) scope: Scope,
    pub(crate) skip: Skip,
    /// Cron's way with two day fields: one of them is enough.
    pub(crate) either: bool,
}

impl Default for DayFilter {
    fn default() -> Self {
        Self {
            months: EVERY_MONTH,
            dates: 0,
            dates_from_end: 0,
            weekdays: 0,
            nth: Vec::new(),
            scope: Scope::Month,
            skip: Skip::Omit,
            either: false,
        }
    }
}

impl DayFilter {
    pub(crate) const fn has_month(&self, month: Month) -> bool {
        self.months >> month.number() & 1 == 1
    }

    pub(crate) const fn has_dates(&self) -> bool {
        self.dates | self.dates_from_end != 0
    }

    pub(crate) fn has_weekdays(&self) -> bool {
        self.weekdays != 0 || !self.nth.is_empty()
    }

    /// Whether every day matches.
    pub(crate) fn is_open(&self) -> bool {
        self.months == EVERY_MONTH && !self.has_dates() && !self.has_weekdays()
    }

    pub(crate) fn has(&self, day: Day) -> bool {
        let month = day.month();
        self.bits(month) >> (day.0 - month.eve().0) & 1 == 1
    }

    /// The matching days of a month: bit `d` is day `d`. SKIP may set bit 0, the day before the month, or the bit
    /// after its last day.
    pub(crate) fn bits(&self, month: Month) -> u64 {
        if !self.has_month(month) {
            return 0;
        }
        let len = month.len();
        let inside = (2 << len) - 2;
        match (self.has_dates(), self.has_weekdays()) {
            (false, false) => inside,
            (true, false) => self.dates(len),
            (false, true) => self.weekdays(month) & inside,
            (true, true) if self.either => self.dates(len) | self.weekdays(month) & inside,
            (true, true) => self.dates(len) & self.weekdays(month),
        }
    }

    fn dates(&self, len: u32) -> u64 {
        let inside = (2 << len) - 2;
        let from_end = u64::from(self.dates_from_end).reverse_bits() >> (62 - len);
        let mut bits = (u64::from(self.dates) | from_end) & inside;
        let missing = |dates: u32| u64::from(dates) >> (len + 1) != 0;
        let (late, early) = (missing(self.dates), missing(self.dates_from_end));
        match self.skip {
            Skip::Omit => {}
            Skip::Backward => bits |= u64::from(late) << len | u64::from(early),
            Skip::Forward => bits |= u64::from(late) << (len + 1) | u64::from(early) << 1,
        }
        bits
    }

    fn weekdays(&self, month: Month) -> u64 {
        let eve = month.eve();
        let week = u64::from(self.weekdays);
        let turned = (week | week << 7) >> eve.weekday() & 0x7f;
        let every = turned * (1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28);
        self.nth.iter().fold(every, |bits, (nth, weekday)| {
            let (before, len) = match self.scope {
                Scope::Month => (eve, month.len() as i32),
                Scope::Year => year(month),
            };
            let day = nth_weekday(before, len, *nth, *weekday).map(|day| day.0 - eve.0);
            match day.filter(|day| (1..=month.len() as i32).contains(day)) {
                Some(day) => bits | 1 << day,
                None => bits,
            }
        })
    }

    /// The first matching day later than `after`.
    pub(crate) fn next(&self, after: Day) -> Option<Day> {
        self.search(after).filter(|day| *day <= Day::LAST)
    }

    fn search(&self, after: Day) -> Option<Day> {
        const CYCLE_MONTHS: i32 = 4_800;
        let first = after.month();
        let past = (after.0 - first.eve().0).unsigned_abs();
        let rest = self.bits(first) & (u64::MAX << (past + 1));
        if rest != 0 {
            return Some(first.eve().plus(rest.trailing_zeros() as i32));
        }
        (1..=CYCLE_MONTHS).map(|ahead| Month(first.0 + ahead)).find_map(|month| {
            let bits = self.bits(month);
            (bits != 0).then(|| month.eve().plus(bits.trailing_zeros() as i32))
        })
    }
}

/// The day before the year of a month, and the year's length.
fn year(month: Month) -> (Day, i32) {
    let eve = Month::of(month.year(), 1).eve();
    (eve, Month::of(month.year() + 1, 1).eve().0 - eve.0)
}

/// The n-th such weekday of the `len` days after `eve`.
fn nth_weekday(eve: Day, len: i32, nth: i8, weekday: u8) -> Option<Day> {
    let weekday = i32::from(weekday);
    let weeks = (i32::from(nth.unsigned_abs()) - 1) * 7;
    let offset = if nth > 0 {
        1 + (weekday - eve.plus(1).weekday()).rem_euclid(7) + weeks
    } else {
        len - (eve.plus(len).weekday() - weekday).rem_euclid(7) - weeks
    };
    (1..=len).contains(&offset).then(|| eve.plus(offset))
}
