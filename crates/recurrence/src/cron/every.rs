//! `@every 30s`: a fixed period of elapsed time, as Dapr's jobs and cron bindings accept it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::error::{RuleError, RuleProblem};
use crate::text::serde_as_text;

/// A fixed period, written `@every 1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Every(Duration);

/// Go's duration units, largest first, in nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

impl Every {
    /// The length of the period, never zero.
    pub const fn period(self) -> Duration {
        self.0
    }
}

impl FromStr for Every {
    type Err = RuleError;

    /// Reads `@every` and a Go duration of whole numbers (<https://pkg.go.dev/time#ParseDuration>).
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let period = text.trim().strip_prefix("@every ").and_then(|period| parse(period.trim()));
        period
            .filter(|period| *period > 0)
            .map(|period| Self(Duration::from_nanos(period)))
            .ok_or_else(|| {
                RuleProblem::value("period", text, "of the form @every 1h30m, in h, m, s, ms")
                    .of(text)
            })
    }
}

fn parse(mut text: &str) -> Option<u64> {
    let mut total = 0_u64;
    loop {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, rest) = text.split_at(digits);
        let unit_end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(unit_end);
        let (_, unit) = UNITS.iter().find(|(unit, _)| *unit == name)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*unit)?)?;
        if rest.is_empty() {
            return Some(total);
        }
        text = rest;
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("@every ")?;
        let mut rest = u64::try_from(self.0.as_nanos()).unwrap_or(u64::MAX);
        for (unit, length) in UNITS {
            if rest >= length {
                write!(f, "{}{unit}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

serde_as_text!(Every);
