//! One field of a cron rule: a set of numbers as bits, and whether it was left open.

use std::fmt;

use crate::error::RuleProblem;

/// What a field may hold.
pub(super) struct Kind {
    pub(super) part: &'static str,
    pub(super) expected: &'static str,
    pub(super) min: u8,
    /// The largest number the field stores.
    pub(super) max: u8,
    /// The largest number text may use: 7 is a second name for Sunday.
    pub(super) limit: u8,
    /// Names for the numbers from `min` on.
    pub(super) names: &'static [&'static str],
    /// Whether a range may run past the end, as `Fri-Mon` does.
    pub(super) wraps: bool,
}

const fn numeric(part: &'static str, expected: &'static str, min: u8, max: u8) -> Kind {
    Kind { part, expected, min, max, limit: max, names: &[], wraps: false }
}

pub(super) const SECOND: Kind = numeric("second", "a value from 0 to 59", 0, 59);
pub(super) const MINUTE: Kind = numeric("minute", "a value from 0 to 59", 0, 59);
pub(super) const HOUR: Kind = numeric("hour", "a value from 0 to 23", 0, 23);
pub(super) const DAY: Kind = numeric("day of month", "a value from 1 to 31", 1, 31);
pub(super) const MONTH: Kind = Kind {
    part: "month",
    expected: "a value from 1 to 12 or JAN to DEC",
    min: 1,
    max: 12,
    limit: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    wraps: true,
};
pub(super) const WEEKDAY: Kind = Kind {
    part: "day of week",
    expected: "a value from 0 to 7 or SUN to SAT",
    min: 0,
    max: 6,
    limit: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    wraps: true,
};

/// The numbers of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Field {
    pub(super) bits: u64,
    /// Written `*`: POSIX treats an open day field otherwise than one that lists every day.
    pub(super) open: bool,
}

impl Field {
    pub(super) const fn only(number: u8) -> Self {
        Self { bits: 1 << number, open: false }
    }

    /// Reads a comma-separated list of `*`, numbers, names and ranges, each with an optional `/step`.
    pub(super) fn parse(text: &str, kind: &Kind) -> Result<Self, RuleProblem> {
        let mut bits = 0;
        for element in text.split(',') {
            bits |= parse_element(element, kind)
                .ok_or_else(|| RuleProblem::value(kind.part, element, kind.expected))?;
        }
        Ok(Self { bits, open: matches!(text, "*" | "?" | "*/1") })
    }

    pub(super) const fn has(self, number: u32) -> bool {
        self.bits >> number & 1 == 1
    }

    /// The smallest number that is at least `number`.
    pub(super) fn at_least(self, number: u32) -> Option<u32> {
        let rest = self.bits.checked_shr(number).unwrap_or(0);
        (rest != 0).then(|| number + rest.trailing_zeros())
    }

    pub(super) const fn first(self) -> u32 {
        self.bits.trailing_zeros()
    }

    pub(super) const fn len(self) -> u32 {
        self.bits.count_ones()
    }

    /// How many numbers are greater than `number`.
    pub(super) fn len_above(self, number: u32) -> u32 {
        self.bits.checked_shr(number + 1).unwrap_or(0).count_ones()
    }

    pub(super) fn write(self, f: &mut fmt::Formatter<'_>, kind: &Kind) -> fmt::Result {
        if self.open {
            return f.write_str("*");
        }
        match self.step(kind) {
            Some(step) => write!(f, "*/{step}"),
            None => self.write_ranges(f, kind),
        }
    }

    /// The step, if the field is every so-manieth number from the first on.
    fn step(self, kind: &Kind) -> Option<u8> {
        let second = self.at_least(u32::from(kind.min) + 1)?;
        let step = u8::try_from(second).ok()? - kind.min;
        (step > 1 && self.len() > 2 && self.bits == stride(kind.min, kind.max, step))
            .then_some(step)
    }

    fn write_ranges(self, f: &mut fmt::Formatter<'_>, kind: &Kind) -> fmt::Result {
        let mut from = u32::from(kind.min);
        let mut separator = "";
        while let Some(start) = self.at_least(from) {
            let end = start + (self.bits >> start).trailing_ones() - 1;
            match end - start {
                0 => write!(f, "{separator}{start}")?,
                1 => write!(f, "{separator}{start},{end}")?,
                _ => write!(f, "{separator}{start}-{end}")?,
            }
            separator = ",";
            from = end + 1;
        }
        Ok(())
    }
}

fn parse_element(text: &str, kind: &Kind) -> Option<u64> {
    let (range, step) = match text.split_once('/') {
        Some((range, step)) => (range, Some(number(step).filter(|step| *step > 0)?)),
        None => (text, None),
    };
    let (from, to) = match range.split_once('-') {
        _ if range == "*" || range == "?" => (kind.min, kind.max),
        Some((from, to)) => (value(from, kind)?, value(to, kind)?),
        // `5/15` runs from 5 to the end, as in every cron that allows it.
        None if step.is_some() => (value(range, kind)?, kind.max),
        None => (value(range, kind)?, value(range, kind)?),
    };
    let step = step.unwrap_or(1);
    if from <= to {
        return Some(fold(stride(from, to, step), kind));
    }
    let span = kind.max - kind.min + 1;
    kind.wraps.then(|| wrapped(stride(from, to + span, step), kind.max, span))
}

/// Moves Sunday's second name to its first.
fn fold(bits: u64, kind: &Kind) -> u64 {
    if kind.limit > kind.max { wrapped(bits, kind.max, kind.limit) } else { bits }
}

/// Moves the numbers above `max` down by `span`.
const fn wrapped(bits: u64, max: u8, span: u8) -> u64 {
    let kept = (1 << (max + 1)) - 1;
    bits & kept | (bits & !kept) >> span
}

/// Every `step`-th number of a range.
fn stride(from: u8, to: u8, step: u8) -> u64 {
    (from..=to).step_by(step.into()).fold(0, |bits, number| bits | 1 << number)
}

fn value(text: &str, kind: &Kind) -> Option<u8> {
    if let Some(at) = kind.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        return u8::try_from(at).ok().map(|at| at + kind.min);
    }
    number(text).filter(|number| (kind.min..=kind.limit).contains(number))
}

fn number(text: &str) -> Option<u8> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
