//! Days and months of the proleptic Gregorian calendar as plain numbers, so that far jumps are one addition.

use chrono::{Datelike, NaiveDate};

/// A day, counted from 0001-01-01 = 1, which is a Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i32);

/// A month, counted from January of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(pub(crate) i32);

impl Day {
    /// 0001-01-01: text and zone data have no years before it.
    pub(crate) const FIRST: Self = Self(1);
    /// 9998-12-31: a year short of where text and zone data end, so that no zone's offset leads past it.
    pub(crate) const LAST: Self = Self(3_651_694);

    pub(crate) fn of(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce())
    }

    pub(crate) fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0).unwrap_or(NaiveDate::MAX)
    }

    /// 0 for Monday to 6 for Sunday.
    pub(crate) const fn weekday(self) -> i32 {
        (self.0 - 1).rem_euclid(7)
    }

    pub(crate) fn month(self) -> Month {
        let date = self.date();
        Month::of(date.year(), date.month())
    }

    pub(crate) const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Month {
    /// The month of a year, 1 for January.
    pub(crate) const fn of(year: i32, month: u32) -> Self {
        Self(year * 12 + month as i32 - 1)
    }

    pub(crate) const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 for January to 12 for December.
    pub(crate) const fn number(self) -> u32 {
        self.0.rem_euclid(12).unsigned_abs() + 1
    }

    /// The day before the first: day `d` of the month is `eve.plus(d)`.
    pub(crate) const fn eve(self) -> Day {
        const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let month = self.number();
        let past = self.year() - 1;
        let leaps = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
        let leap_day = (month > 2 && is_leap(self.year())) as i32;
        Day(past * 365 + leaps + BEFORE[month as usize - 1] + leap_day)
    }

    /// How many days it has.
    pub(crate) const fn len(self) -> u32 {
        match self.number() {
            2 => 28 + is_leap(self.year()) as u32,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

const fn is_leap(year: i32) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_chrono_over_a_whole_cycle() {
        let mut date = NaiveDate::from_ymd_opt(1899, 12, 31).unwrap();
        while date.year() < 2301 {
            let (day, month) = (Day::of(date), Month::of(date.year(), date.month()));
            assert_eq!(day.date(), date);
            assert_eq!(day.month(), month);
            assert_eq!((month.year(), month.number()), (date.year(), date.month()));
            assert_eq!(month.eve().plus(date.day() as i32), day);
            assert_eq!(day.weekday() as u32, date.weekday().num_days_from_monday());
            if date.day() == month.len() {
                assert_eq!(Month(month.0 + 1).eve(), day);
            }
            date = date.succ_opt().unwrap();
        }
        assert_eq!(Day::LAST.date(), NaiveDate::from_ymd_opt(9998, 12, 31).unwrap());
        assert_eq!(Day::FIRST.date(), NaiveDate::from_ymd_opt(1, 1, 1).unwrap());
    }
}
