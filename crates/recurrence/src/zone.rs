//! Time zones, from the zone data compiled into the program and from nowhere else.
//!
//! The data of the machine may be years old and would give two machines two answers, so the system's zone
//! database is never asked (docs/adr/0003).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::text::serde_as_text;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the IANA database, such as `Asia/Karachi`. Cheap to clone.
///
/// Parsing ignores case and keeps the spelling of the database.
#[derive(Clone)]
pub struct Zone {
    data: TimeZone,
    name: Box<str>,
}

/// The text is no IANA time zone name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a time zone; use an IANA name such as `Asia/Karachi` or `Europe/Berlin`")]
pub struct ZoneError {
    /// What was given.
    pub name: String,
}

/// What a wall-clock time means in a zone (RFC 5545 §3.3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// The time happens; when it happens twice, this is the first.
    Real(DateTime<Utc>),
    /// The clock jumps over the time: the instant lies later by the length of the gap.
    Gap {
        /// The wall-clock time moved forward by the length of the gap.
        at: DateTime<Utc>,
        /// The first wall-clock time after the gap.
        end: NaiveDateTime,
    },
}

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self { data: TimeZone::UTC, name: "UTC".into() }
    }

    /// The name as the IANA database spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant of a wall-clock time.
    ///
    /// A time in a gap moves forward by the length of the gap; of a time that happens twice, the first counts
    /// (RFC 5545 §3.3.5).
    pub fn resolve(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let (AmbiguousOffset::Unambiguous { offset: before }
        | AmbiguousOffset::Gap { before, .. }
        | AmbiguousOffset::Fold { before, .. }) = self.offsets(local);
        at_offset(local, before)
    }

    /// The wall-clock time of an instant.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc() + seconds(self.data.to_offset(timestamp(at)))
    }

    /// The day of an instant.
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    pub(crate) fn resolved(&self, local: NaiveDateTime) -> Resolved {
        match self.offsets(local) {
            AmbiguousOffset::Unambiguous { offset }
            | AmbiguousOffset::Fold { before: offset, .. } => {
                Resolved::Real(at_offset(local, offset))
            }
            AmbiguousOffset::Gap { before, .. } => {
                let at = at_offset(local, before);
                Resolved::Gap { at, end: self.gap_end(at) }
            }
        }
    }

    /// The first wall-clock time after the gap that `at` was moved out of.
    fn gap_end(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let after = timestamp(at + Duration::seconds(1));
        let start = self.data.preceding(after).next();
        start.map_or_else(|| self.local(at), |change| self.local(instant(change.timestamp())))
    }

    /// The gaps that may touch the wall-clock times between two others: where each starts, and where it ends.
    pub(crate) fn gaps(
        &self,
        after: NaiveDateTime,
        before: NaiveDateTime,
    ) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> + '_ {
        let from = timestamp(self.resolve(after) - Duration::hours(25));
        let to = timestamp(self.resolve(before));
        let changes = self.data.following(from).map(|change| change.timestamp());
        changes.take_while(move |change| *change <= to).filter_map(|change| {
            let at = instant(change);
            let old = self.data.to_offset(timestamp(at - Duration::seconds(1)));
            let (start, end) = (at.naive_utc() + seconds(old), self.local(at));
            (start < end).then_some((start, end))
        })
    }

    fn offsets(&self, local: NaiveDateTime) -> AmbiguousOffset {
        self.data.to_ambiguous_timestamp(civil(local)).offset()
    }
}

fn at_offset(local: NaiveDateTime, offset: Offset) -> DateTime<Utc> {
    (local - seconds(offset)).and_utc()
}

fn seconds(offset: Offset) -> Duration {
    Duration::seconds(offset.seconds().into())
}

/// jiff ends at the year 9999: a time beyond takes the offset of the nearest one it knows.
fn timestamp(at: DateTime<Utc>) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.timestamp()).unwrap_or(if at.year() > 0 {
        jiff::Timestamp::MAX
    } else {
        jiff::Timestamp::MIN
    })
}

fn instant(at: jiff::Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp(at.as_second(), 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

fn civil(local: NaiveDateTime) -> jiff::civil::DateTime {
    use jiff::civil::DateTime as Civil;
    let small = |number: u32| i8::try_from(number).unwrap_or(0);
    i16::try_from(local.year())
        .ok()
        .and_then(|year| {
            let (month, day) = (small(local.month()), small(local.day()));
            let (hour, minute, second) =
                (small(local.hour()), small(local.minute()), small(local.second()));
            Civil::new(year, month, day, hour, minute, second, 0).ok()
        })
        .unwrap_or(if local.year() > 0 { Civil::MAX } else { Civil::MIN })
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let error = || ZoneError { name: text.to_owned() };
        let data = DATABASE.get(text).map_err(|_| error())?;
        if data.is_unknown() {
            return Err(error());
        }
        let name = data.iana_name().ok_or_else(error)?.into();
        Ok(Self { data, name })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

serde_as_text!(Zone);
