//! Recognisers: each finds one kind of fact at one place in the line.
//!
//! All of them are tried at every place and the longest match wins. A match must stand alone (never
//! inside a word or a number), and a weak match, whose words are common English as well, needs
//! company: see [`scan()`]. What no recogniser took is left for the title.

mod amount;
mod clock;
mod day;
mod day_named;
mod day_numeric;
mod details;
mod feast;
mod limit;
mod listed;
mod pattern;
mod priority;
mod reminder;
mod repeat;
mod scan;
mod when;
mod zone;

pub(crate) use amount::{Amount, amount};
pub(crate) use day::{Day, Roll, day, stretch_of};
pub(crate) use details::{label, labels, name, project_name};
pub(crate) use limit::Exception;
pub(crate) use listed::several;
pub(crate) use pattern::Pattern;
pub(crate) use priority::marked as priority;
pub(crate) use reminder::{Remind, RemindAt};
pub(crate) use scan::{Facts, scan};
pub(crate) use when::{When, when};

use todo_events::Priority;
use todo_recurrence::Zone;

use crate::{LanguageError, SpanKind, context::Frame, line::Line};

/// Something a line says beside its title.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// When it is due.
    When(When),
    /// The zone of the time before it; `None` for letters that several zones share.
    Zone(Option<Zone>),
    /// How it repeats.
    Repeat(Pattern),
    /// From when it repeats.
    Start(When),
    /// From when until when it repeats, and the token behind the first.
    Period(When, When, usize),
    /// Until when it repeats (without a repeat: when it is due).
    Until(When),
    /// How often it repeats.
    Count(u32),
    /// For how long it repeats.
    Span(Amount),
    /// When it does not repeat.
    Except(Vec<Exception>),
    /// It repeats after it is done.
    AfterDone,
    /// How long it takes, in minutes.
    Duration(u32),
    /// When to remind.
    Reminders(Vec<Remind>),
    /// How pressing.
    Priority(Priority),
    /// Labels.
    Tags(Vec<String>),
    /// A list.
    Project(String),
    /// "to my list": every task is on it.
    OwnList,
    /// More about it.
    Description(String),
}

impl Fact {
    /// How its words are shown.
    pub(crate) fn kind(&self) -> SpanKind {
        match self {
            Self::When(_) | Self::Zone(_) => SpanKind::Due,
            Self::Repeat(_)
            | Self::Start(_)
            | Self::Until(_)
            | Self::Period(..)
            | Self::Count(_)
            | Self::Span(_)
            | Self::Except(_)
            | Self::AfterDone => SpanKind::Repeat,
            Self::Duration(_) => SpanKind::Duration,
            Self::Reminders(_) => SpanKind::Reminder,
            Self::Priority(_) => SpanKind::Priority,
            Self::Tags(_) => SpanKind::Tag,
            Self::Project(_) | Self::OwnList => SpanKind::Project,
            Self::Description(_) => SpanKind::Description,
        }
    }
}

/// A fact and the tokens it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Match {
    /// First token.
    pub(crate) from: usize,
    /// One past the last token.
    pub(crate) to: usize,
    /// What they say.
    pub(crate) fact: Fact,
    /// The words mean something else too; they count only beside other matches or at the end.
    pub(crate) weak: bool,
}

/// What a recogniser answers: a value and the token behind it.
pub(crate) type Found<T> = Result<Option<(T, usize)>, LanguageError>;

/// A recogniser: the fact that starts at a token, where it ends, and whether it is weak.
type Recogniser = fn(&Line<'_>, usize, &Frame<'_>) -> Result<Option<Match>, LanguageError>;

/// Every recogniser; earlier ones win a tie.
const RECOGNISERS: [Recogniser; 10] = [
    repeat::repeat,
    reminder::reminder,
    limit::limit,
    details::duration,
    when::due,
    zone::zone,
    priority::priority,
    details::tags,
    details::project,
    details::description,
];
