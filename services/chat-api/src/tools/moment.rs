//! A bound of a period, as agents give it: an instant, or a day, which begins in the user's zone.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use todo_recurrence::Zone;

/// An instant or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Moment {
    At(DateTime<Utc>),
    Day(NaiveDate),
}

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let at = DateTime::parse_from_rfc3339(&text).map(|at| Self::At(at.to_utc()));
        at.or_else(|_| text.parse().map(Self::Day))
            .map_err(|_| "must be a day like 2026-11-22 or an instant like 2026-11-22T12:00:00Z")
    }
}

impl Moment {
    /// The instant.
    pub(super) fn instant(self, zone: &Zone) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::Day(day) => zone.resolve(day.and_time(NaiveTime::MIN)),
        }
    }

    /// Whether its instant depends on the zone.
    pub(super) fn is_day(self) -> bool {
        matches!(self, Self::Day(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_the_users_zone() {
        let zone: Zone = "Asia/Karachi".parse().unwrap();
        let read = |text: &str| Moment::try_from(text.to_owned()).unwrap().instant(&zone);
        assert_eq!(read("2026-11-22").to_rfc3339(), "2026-11-21T19:00:00+00:00");
        assert_eq!(read("2026-11-22T12:00:00+02:00").to_rfc3339(), "2026-11-22T10:00:00+00:00");
        for bad in ["", "tomorrow", "2026-02-30", "2026-11-22T12:00"] {
            assert!(Moment::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
