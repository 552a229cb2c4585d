//! When an occurrence starts, as people write it; also the text that names it within its series.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::text::serde_as_text;
use crate::zone::Zone;

/// When an occurrence starts. Its text is the occurrence's key: no two occurrences of a series share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Start {
    /// A whole day: `2026-11-27`.
    AllDay(NaiveDate),
    /// A wall-clock time: `2026-11-27T09:00`.
    Timed(NaiveDateTime),
    /// An instant: `2026-11-01T06:00Z`. Only hourly rules make it, and only for the second pass through the hour
    /// that a clock change repeats, which no wall-clock text can name.
    At(DateTime<Utc>),
}

/// The text is no start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a date (`2026-11-27`), a local time (`2026-11-27T09:00`) or an instant (`2026-11-27T09:00Z`)"
)]
pub struct StartError {
    /// What was given.
    pub text: String,
}

impl Start {
    /// The instant it starts; a whole day starts with its first instant.
    pub fn instant(&self, zone: &Zone) -> DateTime<Utc> {
        match self {
            Self::At(at) => *at,
            Self::AllDay(_) | Self::Timed(_) => zone.resolve(self.local(zone)),
        }
    }

    /// The wall-clock time it starts; midnight for a whole day.
    pub fn local(&self, zone: &Zone) -> NaiveDateTime {
        match self {
            Self::AllDay(date) => date.and_time(NaiveTime::MIN),
            Self::Timed(local) => *local,
            Self::At(at) => zone.local(*at),
        }
    }

    /// The day it starts.
    pub fn date(&self, zone: &Zone) -> NaiveDate {
        self.local(zone).date()
    }

    /// Whether it is a whole day.
    pub const fn is_all_day(&self) -> bool {
        matches!(self, Self::AllDay(_))
    }

    /// The start of an instant: its wall-clock time, if that names it.
    pub fn of_instant(at: DateTime<Utc>, zone: &Zone) -> Self {
        let local = zone.local(at);
        if zone.resolve(local) == at { Self::Timed(local) } else { Self::At(at) }
    }
}

impl FromStr for Start {
    type Err = StartError;

    fn from_str(text: &str) -> Result<Self, StartError> {
        let parsed = match text.strip_suffix('Z') {
            Some(local) => parse_local(local).map(|local| Self::At(local.and_utc())),
            None if text.len() == 10 => parse_date(text).map(Self::AllDay),
            None => parse_local(text).map(Self::Timed),
        };
        parsed.ok_or_else(|| StartError { text: text.to_owned() })
    }
}

/// Four digits of the year, two of month and day: chrono alone would also take `+2026-1-2`.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let format = match time.len() {
        5 => "%H:%M",
        8 => "%H:%M:%S",
        _ => return None,
    };
    if !time.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
        return None;
    }
    // chrono reads second 60 as a fraction above 59; a wall clock has none.
    let time =
        NaiveTime::parse_from_str(time, format).ok().filter(|time| time.nanosecond() == 0)?;
    Some(parse_date(date)?.and_time(time))
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllDay(date) => write!(f, "{date}"),
            Self::Timed(local) => write_local(f, *local),
            Self::At(at) => {
                write_local(f, at.naive_utc())?;
                f.write_str("Z")
            }
        }
    }
}

/// Seconds are written only when there are any.
fn write_local(f: &mut fmt::Formatter<'_>, local: NaiveDateTime) -> fmt::Result {
    let (date, time) = (local.date(), local.time());
    write!(f, "{date}T{:02}:{:02}", time.hour(), time.minute())?;
    if time.second() == 0 { Ok(()) } else { write!(f, ":{:02}", time.second()) }
}

serde_as_text!(Start);
