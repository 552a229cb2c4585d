//! How long entries are kept.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

/// How long entries are kept: [`Retention::SHORTEST`] days to a hundred years, usually [`Retention::USUAL`] days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention(u32);

/// Text that is no retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {} to {} days", Retention::SHORTEST, Retention::LONGEST)]
pub struct NotARetention;

impl Retention {
    /// In days. The database deletes nothing in its first four weeks; the rest is for clocks that differ.
    pub const SHORTEST: u32 = 30;
    /// In days.
    pub const LONGEST: u32 = 36_500;
    /// In days: a year can be compared with the one before.
    pub const USUAL: u32 = 400;

    /// What came before this instant is old by now.
    pub fn horizon(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(self.0.into())
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self(Self::USUAL)
    }
}

impl FromStr for Retention {
    type Err = NotARetention;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let days = text.parse().map_err(|_| NotARetention)?;
        let fits = (Self::SHORTEST..=Self::LONGEST).contains(&days);
        fits.then_some(Self(days)).ok_or(NotARetention)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_neither_short_nor_endless() {
        for bad in ["", "29", "36501", "-1", "forever", "400 days"] {
            assert_eq!(bad.parse::<Retention>(), Err(NotARetention), "{bad}");
        }
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let horizon = "30".parse::<Retention>().unwrap().horizon(now);
        assert_eq!(horizon.to_rfc3339(), "2026-10-23T12:00:00+00:00");
    }
}
