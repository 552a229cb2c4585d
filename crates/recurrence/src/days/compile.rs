//! Rule and anchor to plan: fills in what the rule leaves to the anchor (RFC 5545 §3.3.10, the notes on DTSTART).

use chrono::{Datelike, NaiveDate};

use super::month::{DayFilter, EVERY_MONTH, Scope};
use super::period::{DayPlan, Unit};
use crate::calendar::Day;
use crate::rrule::{Frequency, Rrule};

impl DayPlan {
    /// The days of a rule of days, weeks, months or years. Of an hourly rule: the days its hours may fall on.
    pub(crate) fn of_rule(rule: &Rrule, anchor: NaiveDate) -> Self {
        let filter = DayFilter::of_rule(rule, anchor);
        let mut plan = Self {
            unit: unit(rule),
            interval: rule.interval.into(),
            anchor: Day::of(anchor),
            filter,
            positions: rule.positions.clone(),
        };
        if plan.unit == Unit::Day {
            // A day is alone in its period: the only positions that parsing lets through are the first and last.
            plan.positions.clear();
            if rule.frequency == Frequency::Hourly {
                plan.interval = 1;
            }
            // The days that pass a filter are the same seen month by month, 31 at a time.
            if plan.interval == 1 && !plan.filter.is_open() {
                plan.unit = Unit::Month;
            }
        }
        plan
    }

    /// Every day that passes a filter.
    pub(crate) fn of_filter(filter: DayFilter, anchor: NaiveDate) -> Self {
        let (unit, positions) = (Unit::Month, Vec::new());
        Self { unit, interval: 1, anchor: Day::of(anchor), filter, positions }
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
}
