//! When a series is over: COUNT and UNTIL as one bound, found once.

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};

use crate::grid::{Grid, Slot};
use crate::rrule::Until;
use crate::rule::Rule;

/// The last moment an occurrence may start, itself included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Never,
    /// On the wall clock.
    Local(NaiveDateTime),
    At(DateTime<Utc>),
}

impl End {
    pub(super) fn of(rule: &Rule, grid: &Grid) -> Self {
        let Rule::Rrule(rule) = rule else { return Self::Never };
        let counted = rule.count.and_then(|count| grid.last_of(count));
        match (counted, rule.until) {
            (Some(last), _) => Self::At(last.at),
            (None, Some(Until::Date(date))) => {
                Self::Local(last_second(date.and_time(NaiveTime::MIN)))
            }
            (None, Some(Until::Local(local))) => Self::Local(local),
            (None, Some(Until::Utc(at))) => Self::At(at),
            (None, None) => Self::Never,
        }
    }

    pub(super) fn allows(&self, slot: &Slot) -> bool {
        match self {
            Self::Never => true,
            Self::Local(last) => slot.local <= *last,
            Self::At(last) => slot.at <= *last,
        }
    }
}

/// The last second of the day that starts at `midnight`.
pub(super) fn last_second(midnight: NaiveDateTime) -> NaiveDateTime {
    midnight + chrono::Duration::seconds(86_399)
}
