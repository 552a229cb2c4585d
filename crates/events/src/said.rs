//! Days and times as people write them in JSON: refused with an example, and never a leap second, which no calendar of
//! a browser knows.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde::{Deserialize, Deserializer, de::Error};

pub(crate) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let refuse = |_| D::Error::custom("must be a date that exists, like 2026-11-22");
    text.parse().map(Some).map_err(refuse)
}

pub(crate) fn instant<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let read = text.parse::<DateTime<Utc>>().ok().filter(|at| !is_leap(at));
    let refuse = || D::Error::custom("must be an instant that exists, like 2026-11-22T17:00:00Z");
    read.map(Some).ok_or_else(refuse)
}

/// chrono keeps second 60 as second 59 with more than a second's nanoseconds.
fn is_leap(time: &impl Timelike) -> bool {
    time.nanosecond() >= 1_000_000_000
}

/// Wall-clock times as `2026-11-22T17:00`, with seconds only when there are any.
pub(crate) mod wall_clock {
    use serde::Serializer;

    use super::{Deserialize, Deserializer, Error, NaiveDateTime, Timelike, is_leap};

    pub(crate) fn serialize<S: Serializer>(
        time: &Option<NaiveDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) if time.second() == 0 => {
                serializer.collect_str(&time.format("%Y-%m-%dT%H:%M"))
            }
            Some(time) => serializer.collect_str(&time.format("%Y-%m-%dT%H:%M:%S")),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<NaiveDateTime>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let read = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
            .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"));
        let refuse =
            || D::Error::custom("must be a wall-clock time that exists, like 2026-11-22T17:00");
        read.ok().filter(|time| !is_leap(time)).map(Some).ok_or_else(refuse)
    }
}
