//! Which parts may stand together (the table and notes of RFC 5545 §3.3.10).

use chrono::NaiveDate;

use super::Rrule;
use super::parts::Frequency;
use crate::calendar::Day;
use crate::days::DayPlan;
use crate::error::RuleProblem;

impl Rrule {
    pub(super) fn validate(&self) -> Result<(), RuleProblem> {
        self.check_end()?;
        self.check_month_days()?;
        self.check_days()?;
        self.check_positions()?;
        self.check_fires()
    }

    fn check_end(&self) -> Result<(), RuleProblem> {
        let both = self.count.is_some() && self.until.is_some();
        refuse(both, "COUNT", "cannot stand beside UNTIL: keep one of them")
    }

    fn check_month_days(&self) -> Result<(), RuleProblem> {
        let weekly = self.frequency == Frequency::Weekly && !self.month_days.is_empty();
        refuse(weekly, "BYMONTHDAY", "cannot stand in a weekly rule")
    }

    fn check_days(&self) -> Result<(), RuleProblem> {
        let largest = self.days.iter().filter_map(|day| day.nth).map(i8::unsigned_abs).max();
        let Some(largest) = largest else { return Ok(()) };
        let within_month = match self.frequency {
            Frequency::Hourly | Frequency::Daily | Frequency::Weekly => {
                return refuse(
                    true,
                    "BYDAY",
                    "can count weekdays only in monthly and yearly rules",
                );
            }
            Frequency::Monthly => true,
            Frequency::Yearly => !self.months.is_empty(),
        };
        refuse(within_month && largest > 5, "BYDAY", "cannot count past the 5th weekday of a month")
    }

    fn check_positions(&self) -> Result<(), RuleProblem> {
        let alone = self.months.is_empty() && self.month_days.is_empty() && self.days.is_empty();
        refuse(
            alone && !self.positions.is_empty(),
            "BYSETPOS",
            "needs BYDAY, BYMONTHDAY or BYMONTH to choose from",
        )?;
        let single = matches!(self.frequency, Frequency::Hourly | Frequency::Daily);
        let beyond = !self.positions.is_empty() && !self.positions.iter().any(|at| at.abs() == 1);
        refuse(
            single && beyond,
            "BYSETPOS",
            "can only choose the one day there is in a daily or hourly rule",
        )
    }

    /// Whether any year has such a day, the interval left aside: that needs the anchor.
    fn check_fires(&self) -> Result<(), RuleProblem> {
        let every = Self { interval: 1, ..self.clone() };
        let anchor = NaiveDate::default();
        let first = DayPlan::of_rule(&every, anchor).next(Day::of(anchor));
        if first.is_some() { Ok(()) } else { Err(RuleProblem::Never) }
    }
}

fn refuse(when: bool, part: &'static str, reason: &'static str) -> Result<(), RuleProblem> {
    if when { Err(RuleProblem::Conflict { part, reason }) } else { Ok(()) }
}
