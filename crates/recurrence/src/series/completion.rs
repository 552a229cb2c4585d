//! Counting from the completion: the rule's grid again, with the completion as its anchor.

use std::borrow::Cow;

use chrono::{DateTime, Timelike, Utc};

use super::Series;
use crate::grid::{Grid, Slot, is_plain};
use crate::rrule::{Frequency, Rrule, Skip};
use crate::rule::Rule;
use crate::start::Start;

impl Series {
    pub(super) fn next_after_completion(
        &self,
        after: Slot,
        completed_at: DateTime<Utc>,
    ) -> Option<Slot> {
        let anchor = self.anchor_at(completed_at);
        let rule = clamped(&self.rule);
        let grid = Grid::new(&rule, &anchor, &self.zone);
        // The rule's own times count from the moment of completion, the anchor's time from its day.
        let done = match &self.rule {
            Rule::Cron(_) if !self.start.is_all_day() => Slot::of_instant(completed_at, &self.zone),
            Rule::Rrule(_) | Rule::Cron(_) => self.slot(&anchor),
        };
        self.slot_after(&grid, after.max(done))
    }

    /// The completion's day, at the anchor's time of day.
    fn anchor_at(&self, completed_at: DateTime<Utc>) -> Start {
        let date = self.zone.date(completed_at);
        match (&self.rule, &self.start) {
            (_, Start::AllDay(_)) => Start::AllDay(date),
            (Rule::Rrule(rule), _) if rule.frequency == Frequency::Hourly => {
                Start::At(minute(completed_at))
            }
            (Rule::Cron(_), _) => Start::Timed(self.zone.local(minute(completed_at))),
            (Rule::Rrule(_), start) => Start::Timed(date.and_time(start.local(&self.zone).time())),
        }
    }
}

fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
}

/// A month after 31 January is the end of February: there is no schedule whose gaps could be left out.
fn clamped(rule: &Rule) -> Cow<'_, Rule> {
    match rule {
        Rule::Rrule(parts) if is_plain(parts) && parts.skip == Skip::Omit => {
            Cow::Owned(Rule::Rrule(Rrule { skip: Skip::Backward, ..parts.clone() }))
        }
        Rule::Rrule(_) | Rule::Cron(_) => Cow::Borrowed(rule),
    }
}
