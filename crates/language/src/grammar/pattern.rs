//! What a repeat says, as rule text and as its first day.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, Weekday};

use super::When;
use crate::{calendar, lexicon::Unit};

/// A repeat as written, before its limits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// Hour, day, week, month or year.
    pub(crate) unit: Unit,
    /// Every so many of them.
    pub(crate) interval: u32,
    /// Weekdays, or the n-th of them in a month.
    pub(crate) weekdays: Vec<(Option<i32>, Weekday)>,
    /// Days of the month, negative from its end.
    pub(crate) month_days: Vec<i32>,
    /// Months.
    pub(crate) months: Vec<u32>,
    /// Only the n-th (or n-th last) of the days above in each month.
    pub(crate) position: Option<i32>,
    /// Counted from the day it is done ("every!").
    pub(crate) after_done: bool,
    /// Nobody said "every".
    pub(crate) assumed: bool,
    /// Its time of day ("every morning").
    pub(crate) time: When,
}

/// Monday to Friday.
pub(crate) const WORKDAYS: [Weekday; 5] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

impl Pattern {
    /// Every so many of a unit; quarters are months.
    pub(crate) fn every(interval: u32, unit: Unit) -> Self {
        let (unit, interval) = match unit {
            Unit::Quarter => (Unit::Month, interval.saturating_mul(3)),
            other => (other, interval),
        };
        Self {
            unit,
            interval,
            weekdays: Vec::new(),
            month_days: Vec::new(),
            months: Vec::new(),
            position: None,
            after_done: false,
            assumed: false,
            time: When::default(),
        }
    }

    /// Every week on some days.
    pub(crate) fn weekly(days: impl IntoIterator<Item = Weekday>) -> Self {
        let weekdays = days.into_iter().map(|day| (None, day)).collect();
        Self { weekdays, ..Self::every(1, Unit::Week) }
    }

    /// Every year on a day of a month.
    pub(crate) fn yearly(month: u32, day: i32) -> Self {
        Self { months: vec![month], month_days: vec![day], ..Self::every(1, Unit::Year) }
    }

    /// The parts of an RFC 5545 rule, for a series that starts on a day.
    pub(crate) fn rule(&self, first: NaiveDate) -> String {
        let frequency = match self.unit {
            Unit::Minute | Unit::Hour => "HOURLY",
            Unit::Day => "DAILY",
            Unit::Week => "WEEKLY",
            Unit::Month | Unit::Quarter => "MONTHLY",
            Unit::Year => "YEARLY",
        };
        let mut rule = format!("FREQ={frequency}");
        if self.interval != 1 {
            let _ = write!(rule, ";INTERVAL={}", self.interval);
        }
        push_list(&mut rule, "BYMONTH", self.months.iter().map(u32::to_string));
        push_list(&mut rule, "BYMONTHDAY", self.month_days.iter().map(i32::to_string));
        push_list(
            &mut rule,
            "BYDAY",
            self.weekdays.iter().map(|(nth, day)| {
                let nth = nth.map(|n| n.to_string()).unwrap_or_default();
                format!("{nth}{}", code(*day))
            }),
        );
        if let Some(position) = self.position {
            let _ = write!(rule, ";BYSETPOS={position}");
        }
        if self.clamps(first) {
            rule.push_str(";SKIP=BACKWARD");
        }
        rule
    }

    /// Whether a month (or year) without the day gets its last day before it instead (RFC 7529).
    pub(crate) fn clamps(&self, first: NaiveDate) -> bool {
        let by_day = !self.weekdays.is_empty() || self.position.is_some();
        match self.unit {
            Unit::Month | Unit::Quarter if !by_day => {
                let own = [i32::try_from(first.day()).unwrap_or(1)];
                let days = if self.month_days.is_empty() { &own[..] } else { &self.month_days };
                days.iter().any(|day| *day > 28)
            }
            Unit::Year if !by_day => {
                let leap = |month: u32, day: i32| month == 2 && day == 29;
                match (&self.months[..], &self.month_days[..]) {
                    ([], []) => leap(first.month(), i32::try_from(first.day()).unwrap_or(1)),
                    (months, days) => months.iter().any(|m| days.iter().any(|d| leap(*m, *d))),
                }
            }
            _ => false,
        }
    }

    /// The first day on or after a date that the pattern names.
    pub(crate) fn first(&self, from: NaiveDate) -> Option<NaiveDate> {
        match self.unit {
            Unit::Week if !self.weekdays.is_empty() => {
                self.weekdays.iter().map(|(_, day)| calendar::on_or_after(from, *day)).min()
            }
            Unit::Month | Unit::Quarter | Unit::Year if self.names_days() => {
                let month = calendar::month_start(from);
                // Eight years reach the next 29 February even across a common century year.
                (0..=96)
                    .map(|ahead| calendar::plus_months(month, ahead))
                    .filter(|month| self.months.is_empty() || self.months.contains(&month.month()))
                    .find_map(|month| self.first_in(month, from))
            }
            _ => (0..=12)
                .map(|ahead| {
                    let month = calendar::plus_months(calendar::month_start(from), ahead);
                    month.max(from)
                })
                .find(|day| self.months.is_empty() || self.months.contains(&day.month())),
        }
    }

    fn names_days(&self) -> bool {
        !self.weekdays.is_empty() || !self.month_days.is_empty()
    }

    fn first_in(&self, month: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
        let last = calendar::month_end(month);
        if let Some(position) = self.position {
            let listed = |day: &NaiveDate| self.weekdays.iter().any(|(_, d)| *d == day.weekday());
            let mut days: Vec<_> =
                month.iter_days().take_while(|day| *day <= last).filter(listed).collect();
            if position < 0 {
                days.reverse();
            }
            let index = usize::try_from(position.unsigned_abs()).ok()?.checked_sub(1)?;
            return days.get(index).copied().filter(|day| *day >= from);
        }
        let numbered = self.month_days.iter().filter_map(|day| {
            if *day < 0 {
                Some(calendar::plus_days(last, i64::from(*day) + 1))
            } else {
                let day = u32::try_from(*day).ok()?;
                Some(month.with_day(day).unwrap_or(last))
            }
        });
        let counted = self.weekdays.iter().filter_map(|(nth, day)| match nth {
            Some(nth) => calendar::nth_weekday(month, *nth, *day),
            None => Some(calendar::on_or_after(month.max(from), *day)).filter(|day| *day <= last),
        });
        numbered.chain(counted).filter(|day| *day >= from).min()
    }
}

fn push_list(rule: &mut String, name: &str, values: impl Iterator<Item = String>) {
    let values = values.collect::<Vec<_>>().join(",");
    if !values.is_empty() {
        let _ = write!(rule, ";{name}={values}");
    }
}

/// The two letters of a weekday (RFC 5545 §3.3.10).
pub(crate) fn code(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
