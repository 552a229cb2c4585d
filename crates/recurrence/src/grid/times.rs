//! At which times of its days a rule happens.

use chrono::NaiveTime;

use crate::cron::Cron;

/// The times of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Times {
    /// The anchor's; midnight for whole days.
    Once(NaiveTime),
    /// Those of a cron rule.
    Cron(Cron),
}

impl Times {
    pub(super) fn first(&self) -> NaiveTime {
        match self {
            Self::Once(time) => *time,
            Self::Cron(cron) => cron.first_time(),
        }
    }

    pub(super) fn after(&self, after: NaiveTime) -> Option<NaiveTime> {
        match self {
            Self::Once(time) => Some(*time).filter(|time| *time > after),
            Self::Cron(cron) => cron.time_after(after),
        }
    }

    pub(super) fn count(&self) -> u32 {
        match self {
            Self::Once(_) => 1,
            Self::Cron(cron) => cron.times(),
        }
    }

    pub(super) fn count_after(&self, after: NaiveTime) -> u32 {
        match self {
            Self::Once(time) => u32::from(*time > after),
            Self::Cron(cron) => cron.times_after(after),
        }
    }
}
