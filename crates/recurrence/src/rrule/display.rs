//! The canonical text: parts in one order, defaults left out.

use std::fmt::{self, Display};

use chrono::Weekday;

use super::Rrule;
use super::parts::{Frequency, NthDay, Skip, Until, name_of};

impl Display for Rrule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", name_of(&Frequency::ALL, self.frequency))?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", &self.days)?;
        list(f, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", name_of(&NthDay::WEEKDAYS, self.week_start))?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={until}")?;
        }
        if self.skip != Skip::Omit {
            write!(f, ";SKIP={}", name_of(&Skip::ALL, self.skip))?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, part: &str, values: &[impl Display]) -> fmt::Result {
    let mut separator = '=';
    if !values.is_empty() {
        write!(f, ";{part}")?;
    }
    for value in values {
        write!(f, "{separator}{value}")?;
        separator = ',';
    }
    Ok(())
}

impl Display for NthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(name_of(&Self::WEEKDAYS, self.weekday))
    }
}

impl Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{}", date.format("%Y%m%d")),
            Self::Local(local) => write!(f, "{}", local.format("%Y%m%dT%H%M%S")),
            Self::Utc(at) => write!(f, "{}", at.format("%Y%m%dT%H%M%SZ")),
        }
    }
}
