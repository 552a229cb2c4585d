//! The RFC 5545 recurrence rule (§3.3.10), without the parts that name hours, minutes, seconds, weeks or days of
//! the year, and with SKIP of RFC 7529.

mod display;
mod parse;
mod parts;
mod validate;

pub use parts::{Frequency, NthDay, Skip, Until};

use chrono::Weekday;

use crate::text::serde_as_text;

/// An RFC 5545 rule whose parts are known to fit together. Made by parsing; written in one canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rrule {
    pub(crate) frequency: Frequency,
    pub(crate) interval: u32,
    /// 1 to 12, ascending.
    pub(crate) months: Vec<u8>,
    /// 1 to 31 ascending, then -31 to -1 ascending.
    pub(crate) month_days: Vec<i8>,
    pub(crate) days: Vec<NthDay>,
    /// Positive ascending, then negative ascending.
    pub(crate) positions: Vec<i16>,
    pub(crate) week_start: Weekday,
    pub(crate) count: Option<u32>,
    pub(crate) until: Option<Until>,
    pub(crate) skip: Skip,
}

impl Rrule {
    /// FREQ.
    pub const fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// INTERVAL, at least 1.
    pub const fn interval(&self) -> u32 {
        self.interval
    }

    /// BYMONTH, ascending; empty when not given.
    pub fn months(&self) -> &[u8] {
        &self.months
    }

    /// BYMONTHDAY, counted from the end when negative; empty when not given.
    pub fn month_days(&self) -> &[i8] {
        &self.month_days
    }

    /// BYDAY; empty when not given.
    pub fn days(&self) -> &[NthDay] {
        &self.days
    }

    /// BYSETPOS; empty when not given.
    pub fn positions(&self) -> &[i16] {
        &self.positions
    }

    /// WKST, Monday unless given.
    pub const fn week_start(&self) -> Weekday {
        self.week_start
    }

    /// COUNT: how many occurrences there are, excepted ones included.
    pub const fn count(&self) -> Option<u32> {
        self.count
    }

    /// UNTIL: the last moment an occurrence may start.
    pub const fn until(&self) -> Option<Until> {
        self.until
    }

    /// SKIP: what becomes of a day its month does not have.
    pub const fn skip(&self) -> Skip {
        self.skip
    }
}

serde_as_text!(Rrule);
