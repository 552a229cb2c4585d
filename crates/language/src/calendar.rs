//! Arithmetic on dates that saturates at chrono's ends instead of failing: no line can reach them.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The date some days away.
pub(crate) fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    let moved = if days < 0 {
        date.checked_sub_days(Days::new(days.unsigned_abs()))
    } else {
        date.checked_add_days(Days::new(days.unsigned_abs()))
    };
    moved.unwrap_or(date)
}

/// The same day some months later, or the last day of that month.
pub(crate) fn plus_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(date)
}

/// The first such weekday on or after a date.
pub(crate) fn on_or_after(date: NaiveDate, weekday: Weekday) -> NaiveDate {
    let ahead = (7 + weekday.num_days_from_monday() - date.weekday().num_days_from_monday()) % 7;
    plus_days(date, i64::from(ahead))
}

/// Monday (or Sunday) of the week a date is in.
pub(crate) fn week_start(date: NaiveDate, sunday_first: bool) -> NaiveDate {
    let back = if sunday_first {
        date.weekday().num_days_from_sunday()
    } else {
        date.weekday().num_days_from_monday()
    };
    plus_days(date, -i64::from(back))
}

/// First day of a date's month.
pub(crate) fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// Last day of a date's month.
pub(crate) fn month_end(date: NaiveDate) -> NaiveDate {
    plus_days(plus_months(month_start(date), 1), -1)
}

/// Days in a month of a common or a leap year.
pub(crate) fn days_in(month: u32, leap: bool) -> u32 {
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The n-th (or, negative, n-th last) such weekday of a month.
pub(crate) fn nth_weekday(month: NaiveDate, n: i32, weekday: Weekday) -> Option<NaiveDate> {
    let date = if n > 0 {
        plus_days(on_or_after(month_start(month), weekday), i64::from(n - 1) * 7)
    } else {
        let last = plus_days(on_or_after(plus_days(month_end(month), -6), weekday), 0);
        plus_days(last, i64::from(n + 1) * 7)
    };
    (n != 0 && date.month() == month.month()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_and_months() {
        let wednesday = date("2026-03-04");
        assert_eq!(on_or_after(wednesday, Weekday::Wed), wednesday);
        assert_eq!(on_or_after(wednesday, Weekday::Tue), date("2026-03-10"));
        assert_eq!(week_start(wednesday, false), date("2026-03-02"));
        assert_eq!(week_start(wednesday, true), date("2026-03-01"));
        assert_eq!(month_end(date("2028-02-10")), date("2028-02-29"));
        assert_eq!(nth_weekday(wednesday, 3, Weekday::Fri), Some(date("2026-03-20")));
        assert_eq!(nth_weekday(wednesday, -1, Weekday::Fri), Some(date("2026-03-27")));
        assert_eq!(nth_weekday(wednesday, 5, Weekday::Fri), None);
    }
}
