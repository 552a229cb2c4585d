//! What comes after a completed occurrence.

use chrono::{DateTime, Utc};

use super::Series;
use super::occurrences::Occurrence;
use crate::grid::Slot;
use crate::mode::Mode;
use crate::start::Start;

/// What comes after a completed occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The one current occurrence.
    Occurrence {
        /// When it starts, as its key.
        start: Start,
        /// The instant it starts; of a whole day, its first.
        at: DateTime<Utc>,
        /// How many occurrences of the schedule went by since the completed one and are not made up for.
        missed: u32,
    },
    /// The series is over.
    Ended,
}

impl Series {
    /// The occurrence that follows `after`, which was completed at `completed_at`. Always later than `after`.
    ///
    /// By schedule it is the first one of the schedule that is not over at `completed_at`: one that starts then or
    /// later, and for whole days one of that local day or later. Those passed over are counted as missed.
    /// After completion, whole intervals are counted from the completion's local day, at the anchor's time of day
    /// (hourly rules: from its minute), until they lead past `after`.
    pub fn next(&self, after: &Start, completed_at: DateTime<Utc>) -> Next {
        let after = self.slot(after);
        let found = match self.mode {
            Mode::Schedule => self.next_by_schedule(after, completed_at),
            Mode::AfterCompletion => {
                self.next_after_completion(after, completed_at).map(|slot| (slot, 0))
            }
        };
        found.map_or(Next::Ended, |(slot, missed)| {
            let Occurrence { start, at } = self.occurrence(slot);
            Next::Occurrence { start, at, missed }
        })
    }

    fn next_by_schedule(&self, after: Slot, completed_at: DateTime<Utc>) -> Option<(Slot, u32)> {
        let slot = self.slot_after(&self.grid, after)?;
        if slot.at >= self.oldest_current(completed_at) {
            return Some((slot, 0));
        }
        let current = self.slot_from(completed_at)?;
        Some((current, self.missed(after, current)))
    }

    /// How many occurrences lie between two slots, the exceptions left out.
    fn missed(&self, after: Slot, current: Slot) -> u32 {
        let listed = self.grid.between(after, current);
        let dates = self.except.range(after.local.date()..=current.local.date());
        let excepted: u64 = dates
            .map(|date| {
                let end = self.before(date.succ_opt().unwrap_or(*date)).plus_second();
                self.grid.between(after.max(self.before(*date)), current.min(end))
            })
            .sum();
        u32::try_from(listed - excepted).unwrap_or(u32::MAX)
    }
}
