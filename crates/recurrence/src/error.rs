//! Why a rule or a series is refused, in words a person can act on.

/// A rule that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule `{rule}`: {problem}")]
pub struct RuleError {
    /// The rule as given.
    pub rule: String,
    /// What is wrong with it.
    pub problem: RuleProblem,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleProblem {
    /// Nothing was given.
    #[error("it is empty")]
    Empty,
    /// A part is not `NAME=value`.
    #[error("`{part}` is not of the form NAME=value")]
    Shape {
        /// The part as given.
        part: String,
    },
    /// RFC 5545 does not know the part, or this subset leaves it out.
    #[error("the part {part} is not supported")]
    Unsupported {
        /// Its name.
        part: String,
    },
    /// A part is given twice.
    #[error("the part {part} is given twice")]
    Repeated {
        /// Its name.
        part: &'static str,
    },
    /// FREQ is missing.
    #[error("FREQ is missing")]
    NoFrequency,
    /// A value is outside what its part allows.
    #[error("{part}: `{value}` is not {expected}")]
    Value {
        /// The part or cron field.
        part: &'static str,
        /// The value as given.
        value: String,
        /// What would be allowed.
        expected: &'static str,
    },
    /// Two parts cannot stand together.
    #[error("{part} {reason}")]
    Conflict {
        /// The part that has to go.
        part: &'static str,
        /// With what it collides.
        reason: &'static str,
    },
    /// Cron text with the wrong number of fields.
    #[error("it has {found} fields where {expected} are needed")]
    Fields {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: &'static str,
    },
    /// No date matches, ever.
    #[error("it never happens")]
    Never,
}

impl RuleProblem {
    pub(crate) fn value(part: &'static str, value: &str, expected: &'static str) -> Self {
        Self::Value { part, value: value.to_owned(), expected }
    }

    pub(crate) fn of(self, rule: &str) -> RuleError {
        RuleError { rule: rule.to_owned(), problem: self }
    }
}
