//! Cron rules as sets of bits.
//!
//! POSIX semantics: 0 and 7 are Sunday, and a day matches either day field when both are restricted. The `cron`
//! crate differs in all of this and loses or doubles days when the clock changes, so it is not used (docs/adr/0004).

mod every;
mod field;
mod next;

pub use every::Every;

use std::fmt;
use std::str::FromStr;

use field::Field;

use crate::error::{RuleError, RuleProblem};
use crate::text::serde_as_text;

/// A cron rule on the wall clock: minute, hour, day of month, month, day of week.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cron {
    second: Field,
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

impl Cron {
    /// Reads the six fields of Dapr's jobs and cron bindings, seconds first; five fields and the names
    /// `@hourly` … `@yearly` too.
    ///
    /// # Errors
    /// A field out of range, the wrong number of fields, or days that no calendar has.
    pub fn with_seconds(text: &str) -> Result<Self, RuleError> {
        parse(text, true).map_err(|problem| problem.of(text))
    }

    /// Whether it can fire at another second than the first of a minute.
    pub fn has_seconds(&self) -> bool {
        self.second != Field::only(0)
    }
}

impl FromStr for Cron {
    type Err = RuleError;

    /// Reads five fields, or one of `@hourly` … `@yearly`.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        parse(text, false).map_err(|problem| problem.of(text))
    }
}

fn parse(text: &str, seconds: bool) -> Result<Cron, RuleProblem> {
    let text = text.trim();
    let text = if text.starts_with('@') { macro_fields(text)? } else { text };
    let mut fields: Vec<&str> = text.split_ascii_whitespace().collect();
    if fields.len() == 5 {
        fields.insert(0, "0");
    } else if !seconds {
        return Err(RuleProblem::Fields { found: fields.len(), expected: "5" });
    }
    let [second, minute, hour, day, month, weekday] = fields[..] else {
        return Err(RuleProblem::Fields { found: fields.len(), expected: "5 or 6" });
    };
    let cron = Cron {
        second: Field::parse(second, &field::SECOND)?,
        minute: Field::parse(minute, &field::MINUTE)?,
        hour: Field::parse(hour, &field::HOUR)?,
        day: Field::parse(day, &field::DAY)?,
        month: Field::parse(month, &field::MONTH)?,
        weekday: Field::parse(weekday, &field::WEEKDAY)?,
    };
    if cron.fires() { Ok(cron) } else { Err(RuleProblem::Never) }
}

fn macro_fields(text: &str) -> Result<&'static str, RuleProblem> {
    match text.to_ascii_lowercase().as_str() {
        "@hourly" => Ok("0 * * * *"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@monthly" => Ok("0 0 1 * *"),
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        _ => Err(RuleProblem::value(
            "name",
            text,
            "one of @hourly, @daily, @weekly, @monthly, @yearly",
        )),
    }
}

impl fmt::Display for Cron {
    /// Writes five fields, or six when it has seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_seconds() {
            self.second.write(f, &field::SECOND)?;
            f.write_str(" ")?;
        }
        let rest = [
            (self.minute, &field::MINUTE),
            (self.hour, &field::HOUR),
            (self.day, &field::DAY),
            (self.month, &field::MONTH),
            (self.weekday, &field::WEEKDAY),
        ];
        for (index, (field, kind)) in rest.into_iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " " })?;
            field.write(f, kind)?;
        }
        Ok(())
    }
}

serde_as_text!(Cron);
