//! A series: a rule with its anchor, zone, exceptions and end. The crate's front door.

mod completion;
mod end;
mod next;
mod occurrences;

pub use next::Next;
pub use occurrences::{Occurrence, Occurrences};

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use crate::calendar::Day;
use crate::grid::Grid;
use crate::mode::Mode;
use crate::rrule::Frequency;
use crate::rule::Rule;
use crate::start::Start;
use crate::zone::Zone;
use end::End;

/// A repeating task: everything that decides when it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    start: Start,
    rule: Rule,
    mode: Mode,
    zone: Zone,
    except: BTreeSet<NaiveDate>,
    grid: Grid,
    end: End,
}

/// A rule that cannot be used with this anchor or mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// No day the interval reaches from the anchor passes the rule's filters.
    #[error("rule `{rule}` never happens when it starts at {start}")]
    Never {
        /// The rule.
        rule: Box<Rule>,
        /// The anchor.
        start: Start,
    },
    /// Whole days have no hours.
    #[error("rule `{rule}` counts hours, so its start needs a time of day; {start} is a whole day")]
    HourlyNeedsTime {
        /// The rule.
        rule: Box<Rule>,
        /// The anchor.
        start: Start,
    },
    /// How many occurrences came before cannot be known from their dates.
    #[error("rule `{rule}` ends by COUNT, which only repetition by schedule can; use UNTIL")]
    CountNeedsSchedule {
        /// The rule.
        rule: Box<Rule>,
    },
    /// Cron text with seconds is for the runtime's own jobs.
    #[error("rule `{rule}` has seconds; a task's cron rule has the five fields from the minute on")]
    Seconds {
        /// The rule.
        rule: Box<Rule>,
    },
    /// The anchor lies outside the years 1 to 9998.
    #[error("{start} is outside the years 1 to 9998")]
    OutOfRange {
        /// The anchor.
        start: Start,
    },
}

impl Series {
    /// A series that starts at `start`, or at the first time after it that `rule` allows.
    ///
    /// Fractions of a second are dropped. An instant as `start` means its wall-clock time, except for hourly rules,
    /// which run on instants.
    ///
    /// # Errors
    /// Rule, anchor and mode do not fit together, or no occurrence ever comes of them. A series that is over
    /// before it starts (UNTIL, `except`) is no error: it has no occurrences.
    pub fn new(
        start: Start,
        rule: Rule,
        mode: Mode,
        zone: Zone,
        except: impl IntoIterator<Item = NaiveDate>,
    ) -> Result<Self, SeriesError> {
        let start = whole_seconds(start);
        check(&start, &rule, mode, &zone)?;
        let grid = Grid::new(&rule, &start, &zone);
        if grid.first().is_none() {
            return Err(SeriesError::Never { rule: rule.into(), start });
        }
        let end = End::of(&rule, &grid);
        Ok(Self { start, rule, mode, zone, except: except.into_iter().collect(), grid, end })
    }

    /// The anchor.
    pub const fn start(&self) -> &Start {
        &self.start
    }

    /// The rule.
    pub const fn rule(&self) -> &Rule {
        &self.rule
    }

    /// What the next occurrence is counted from.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The zone whose wall clock counts.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The days left out (EXDATE).
    pub const fn except(&self) -> &BTreeSet<NaiveDate> {
        &self.except
    }
}

fn check(start: &Start, rule: &Rule, mode: Mode, zone: &Zone) -> Result<(), SeriesError> {
    let day = match start {
        Start::AllDay(date) => Day::of(*date),
        Start::Timed(local) => Day::of(local.date()),
        // A day's margin for the zone's offset.
        Start::At(at) => Day::of(at.date_naive()).plus(1),
    };
    if day < Day::FIRST || day > Day::LAST || Day::of(start.date(zone)) < Day::FIRST {
        return Err(SeriesError::OutOfRange { start: *start });
    }
    let refused = || Box::new(rule.clone());
    match rule {
        Rule::Rrule(parts) if parts.frequency == Frequency::Hourly && start.is_all_day() => {
            Err(SeriesError::HourlyNeedsTime { rule: refused(), start: *start })
        }
        Rule::Rrule(parts) if parts.count.is_some() && mode == Mode::AfterCompletion => {
            Err(SeriesError::CountNeedsSchedule { rule: refused() })
        }
        Rule::Cron(cron) if cron.has_seconds() => Err(SeriesError::Seconds { rule: refused() }),
        Rule::Rrule(_) | Rule::Cron(_) => Ok(()),
    }
}

fn whole_seconds(start: Start) -> Start {
    let whole = |local: NaiveDateTime| local.with_nanosecond(0).unwrap_or(local);
    match start {
        Start::AllDay(_) => start,
        Start::Timed(local) => Start::Timed(whole(local)),
        Start::At(at) => Start::At(whole(at.naive_utc()).and_utc()),
    }
}
