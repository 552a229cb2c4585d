//! A repetition rule, whichever of the two notations it is written in.

use std::fmt;
use std::str::FromStr;

use crate::cron::Cron;
use crate::error::RuleError;
use crate::rrule::Rrule;
use crate::text::serde_as_text;

/// A repetition rule: text with an `=` is an RFC 5545 rule, any other is cron.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// `FREQ=WEEKLY;BYDAY=FR`
    Rrule(Rrule),
    /// `0 9 * * 1-5`
    Cron(Cron),
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if text.contains('=') || text.trim().is_empty() {
            text.parse().map(Self::Rrule)
        } else {
            text.parse().map(Self::Cron)
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rrule(rule) => rule.fmt(f),
            Self::Cron(rule) => rule.fmt(f),
        }
    }
}

impl From<Rrule> for Rule {
    fn from(rule: Rrule) -> Self {
        Self::Rrule(rule)
    }
}

impl From<Cron> for Rule {
    fn from(rule: Cron) -> Self {
        Self::Cron(rule)
    }
}

serde_as_text!(Rule);
