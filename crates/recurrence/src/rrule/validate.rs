//! Which parts may stand together (the table and notes of RFC 5545 §3.3.10).

use super::Rrule;
use super::parts::Frequency;
use crate::error::RuleProblem;

impl Rrule {
    pub(super) fn validate(&self) -> Result<(), RuleProblem> {
        self.check_end()?;
        self.check_month_days()?;
        self.check_days()?;
        self.check_positions()
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
        )
    }
}

fn refuse(when: bool, part: &'static str, reason: &'static str) -> Result<(), RuleProblem> {
    if when { Err(RuleProblem::Conflict { part, reason }) } else { Ok(()) }
}
