//! A command with the words it was read from.

use serde::Serialize;

use crate::Command;

/// What a line means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Interpretation {
    /// What to do.
    pub command: Command,
    /// The words that were understood, disjoint and in order.
    pub spans: Vec<Span>,
    /// What the reader decided where the line was open to doubt.
    pub notes: Vec<Note>,
    /// Of a new task that begins like an order ("complete the plants"): that order, meant when there
    /// is a task of that name. The reader knows no tasks.
    pub order: Option<Command>,
}

/// A stretch of the line that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First byte, on a character boundary.
    pub start: usize,
    /// One past the last byte, on a character boundary.
    pub end: usize,
    /// What it says.
    pub kind: SpanKind,
}

/// What a stretch of the line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// What to do.
    Intent,
    /// Which task.
    Target,
    /// When.
    Due,
    /// How it repeats.
    Repeat,
    /// How long.
    Duration,
    /// When to remind.
    Reminder,
    /// How pressing.
    Priority,
    /// A label.
    Tag,
    /// A list.
    Project,
    /// More about it.
    Description,
    /// A new title.
    Title,
    /// What a list is narrowed to.
    Filter,
    /// How a list is ordered.
    Sort,
}

/// A decision the user should be able to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// The time has passed today, so it is tomorrow's.
    TimePassedSoTomorrow,
    /// The day has passed this year, so it is next year's.
    DayPassedSoNextYear,
    /// An hour of 1 to 6 without am or pm was read as pm.
    HourReadAsAfternoon,
    /// An hour of 7 to 11 without am or pm was read as pm, because of what is done then.
    HourReadAsEvening,
    /// Several weekdays without "every" were read as a repeat.
    DaysReadAsRepeat,
    /// A zone by letters such as `EST` was not read; the time is in the user's zone.
    ZoneLeftInTitle,
    /// `05/06` was read in the order of the locale.
    DateOrderFromLocale,
    /// "next friday" was read as the Friday of next week.
    NextIsNextWeek,
    /// The day is not in every month or year; the last day before it stands in.
    LastDayStandsIn,
    /// Two different times were named; the other stays in the title.
    SecondTimeLeftInTitle,
    /// No time to snooze to was given, so it is a day.
    SnoozedByADay,
    /// The line could be an order as well; it was read as a new task.
    ReadAsTask,
}

impl Note {
    /// One sentence for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::TimePassedSoTomorrow => "that time has passed today, so it is tomorrow",
            Self::DayPassedSoNextYear => "that day has passed this year, so it is next year",
            Self::HourReadAsAfternoon => "an hour from 1 to 6 without am is in the afternoon",
            Self::HourReadAsEvening => "that is usually in the evening, so the hour is pm",
            Self::DaysReadAsRepeat => "several weekdays are every week; say one day for once",
            Self::ZoneLeftInTitle => {
                "the time is in your own zone; name another as in Asia/Tokyo, or UTC"
            }
            Self::DateOrderFromLocale => "day and month were read in the order of your locale",
            Self::NextIsNextWeek => "“next” before a weekday is the one in next week",
            Self::LastDayStandsIn => "where that day is missing, the last day before it counts",
            Self::SecondTimeLeftInTitle => {
                "only one time can be due; the other stayed in the title"
            }
            Self::SnoozedByADay => "no time was given, so it moves by a day",
            Self::ReadAsTask => "this was read as a new task; name a task to change one",
        }
    }
}
