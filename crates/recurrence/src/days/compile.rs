//! Rule and anchor to plan: fills in what the rule leaves to the anchor (RFC 5545 §3.3.10, the notes on DTSTART).

use chrono::{Datelike, NaiveDate};

use super::month::{DayFilter, EVERY_MONTH, Scope};
use super::period::{DayPlan, Unit};
use crate::calendar::{Day, Month};
use crate::rrule::{Frequency, Rrule};

impl DayPlan {
    /// The days of a rule of days, weeks, months or years. Of an hourly rule: the days its hours may fall on.
    pub(crate) fn of_rule(rule: &Rrule, anchor: NaiveDate) -> Self {
        let filter = DayFilter::of_rule(rule, anchor);
        let mut plan = Self {
            unit: unit(rule),
            interval: rule.interval.into(),
            anchor: Day::of(anchor),
            origin: 0,
            filter,
            positions: rule.positions.clone(),
        };
        if plan.unit == Unit::Day {
            // A day is alone in its period: the only positions that parsing lets through are the first and last.
            plan.positions.clear();
            if rule.frequency == Frequency::Hourly {
                plan.interval = 1;
            }
        }
        if plan.can_go_by_months() {
            plan.unit = Unit::Month;
        }
        plan.origin = plan.unit.of(plan.anchor);
        plan
    }

    /// Whether the days are those that pass the filter in any month: then 31 of them are looked at together, and
    /// closed months are stepped over.
    fn can_go_by_months(&self) -> bool {
        self.interval == 1
            && match self.unit {
                Unit::Day => !self.filter.is_open(),
                Unit::Year => self.positions.is_empty(),
                Unit::Week(_) | Unit::Month => false,
            }
    }

    /// Every day that passes a filter.
    pub(crate) fn of_filter(filter: DayFilter, anchor: NaiveDate) -> Self {
        let (unit, anchor) = (Unit::Month, Day::of(anchor));
        let origin = unit.of(anchor);
        Self { unit, interval: 1, anchor, origin, filter, positions: Vec::new() }
    }
}

fn unit(rule: &Rrule) -> Unit {
    match rule.frequency {
        Frequency::Hourly | Frequency::Daily => Unit::Day,
        Frequency::Weekly => Unit::Week(rule.week_start.num_days_from_monday() as i32),
        Frequency::Monthly => Unit::Month,
        Frequency::Yearly => Unit::Year,
    }
}

impl DayFilter {
    fn of_rule(rule: &Rrule, anchor: NaiveDate) -> Self {
        let mut filter = Self { skip: rule.skip, ..Self::default() };
        if !rule.months.is_empty() {
            filter.months = rule.months.iter().fold(0, |bits, month| bits | 1 << month);
        }
        for date in &rule.month_days {
            match date {
                1.. => filter.dates |= 1 << date,
                _ => filter.dates_from_end |= 1 << date.unsigned_abs(),
            }
        }
        for day in &rule.days {
            let weekday = day.weekday.num_days_from_monday() as u8;
            match day.nth {
                None => filter.weekdays |= 1 << weekday,
                Some(nth) => filter.nth.push((nth, weekday)),
            }
        }
        if rule.frequency == Frequency::Yearly && rule.months.is_empty() {
            filter.scope = Scope::Year;
        }
        filter.take_from_anchor(rule.frequency, anchor);
        filter.narrow_to_nth();
        filter
    }

    fn take_from_anchor(&mut self, frequency: Frequency, anchor: NaiveDate) {
        let given = self.has_dates() || self.has_weekdays();
        match frequency {
            Frequency::Hourly | Frequency::Daily => {}
            _ if given => {}
            Frequency::Weekly => self.weekdays = 1 << anchor.weekday().num_days_from_monday(),
            Frequency::Monthly => self.dates = 1 << anchor.day(),
            Frequency::Yearly => {
                self.dates = 1 << anchor.day();
                if self.months == EVERY_MONTH && self.scope == Scope::Year {
                    self.months = 1 << anchor.month();
                }
            }
        }
    }

    /// The 20th Monday of a year is always in May: other months need no look.
    fn narrow_to_nth(&mut self) {
        if self.scope == Scope::Month || self.weekdays != 0 || self.nth.is_empty() {
            return;
        }
        let common_and_leap =
            [2023, 2024].map(|year| (Month::of(year, 1).eve(), Month::of(year + 1, 1).eve()));
        let mut months = 0;
        for (nth, _) in &self.nth {
            let weeks = i32::from(nth.unsigned_abs()) * 7;
            for (eve, last) in common_and_leap {
                let week = if *nth > 0 {
                    [weeks - 6, weeks]
                } else {
                    [last.0 - eve.0 - weeks + 1, last.0 - eve.0 - weeks + 7]
                };
                for day in week {
                    months |= 1 << eve.plus(day).clamp(eve.plus(1), last).month().number();
                }
            }
        }
        self.months &= months;
    }
}
