//! The occurrences of a series one by one, its exceptions left out and its end kept.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

use super::Series;
use super::end::last_second;
use crate::grid::{Grid, Slot};
use crate::start::Start;

/// One occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// When it starts, as its key.
    pub start: Start,
    /// The instant it starts; of a whole day, its first.
    pub at: DateTime<Utc>,
}

/// The occurrences of a series, ascending.
#[derive(Debug, Clone)]
pub struct Occurrences<'a> {
    series: &'a Series,
    upcoming: Option<Slot>,
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        let slot = self.upcoming.take()?;
        self.upcoming = self.series.slot_after(&self.series.grid, slot);
        Some(self.series.occurrence(slot))
    }
}

impl Series {
    /// The first occurrence; `None` when the end or the exceptions leave none.
    pub fn first(&self) -> Option<Occurrence> {
        let slot = self.kept(&self.grid, self.grid.first()?)?;
        Some(self.occurrence(slot))
    }

    /// The first occurrence by schedule that starts later than `start`, which need not be one itself.
    pub fn occurrence_after(&self, start: &Start) -> Option<Occurrence> {
        let slot = self.slot_after(&self.grid, self.slot(start))?;
        Some(self.occurrence(slot))
    }

    /// The occurrences by schedule from an instant on; of whole days, from its local day on.
    ///
    /// In a series after completion this is what comes of completing each on its day.
    pub fn occurrences(&self, from: DateTime<Utc>) -> Occurrences<'_> {
        Occurrences { series: self, upcoming: self.slot_from(from) }
    }

    /// The first kept slot that is not over at `now`.
    pub(super) fn slot_from(&self, now: DateTime<Utc>) -> Option<Slot> {
        self.kept(&self.grid, self.grid.not_before(self.oldest_current(now))?)
    }

    /// The earliest start that is not over at `now`: the moment itself, or the start of its day where days are whole.
    pub(super) fn oldest_current(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.start.is_all_day() {
            self.zone.resolve(self.zone.date(now).and_time(NaiveTime::MIN))
        } else {
            now
        }
    }

    pub(super) fn slot_after(&self, grid: &Grid, after: Slot) -> Option<Slot> {
        self.kept(grid, grid.after(after)?)
    }

    /// The slot itself, or the next one that is no exception; `None` past the end.
    fn kept(&self, grid: &Grid, mut slot: Slot) -> Option<Slot> {
        while self.end.allows(&slot) {
            let date = slot.local.date();
            if !self.except.contains(&date) {
                return Some(slot);
            }
            slot = grid.after(slot.max(self.last_of(date)))?;
        }
        None
    }

    pub(super) fn occurrence(&self, slot: Slot) -> Occurrence {
        let start = match &self.grid {
            Grid::Wall(_) if self.start.is_all_day() => Start::AllDay(slot.local.date()),
            Grid::Wall(_) => Start::Timed(slot.local),
            Grid::Hourly(_) => Start::of_instant(slot.at, &self.zone),
        };
        Occurrence { start, at: slot.at }
    }

    /// Where a start lies. A series of whole days looks at its day only; in one with times, a whole day is over with
    /// its last second.
    pub(super) fn slot(&self, start: &Start) -> Slot {
        match start {
            _ if self.start.is_all_day() => {
                let local = start.date(&self.zone).and_time(NaiveTime::MIN);
                Slot { local, at: self.zone.resolve(local) }
            }
            Start::AllDay(date) => self.last_of(*date),
            Start::Timed(_) | Start::At(_) => {
                Slot { local: start.local(&self.zone), at: start.instant(&self.zone) }
            }
        }
    }

    /// The second before a day.
    pub(super) fn before(&self, date: NaiveDate) -> Slot {
        let midnight = date.and_time(NaiveTime::MIN);
        let second = Duration::seconds(1);
        Slot { local: midnight - second, at: self.zone.resolve(midnight) - second }
    }

    /// The last second of a day.
    pub(super) fn last_of(&self, date: NaiveDate) -> Slot {
        let local = last_second(date.and_time(NaiveTime::MIN));
        Slot { local, at: self.zone.resolve(local) }
    }
}
