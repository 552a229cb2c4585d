//! Points in time as jobs spell them: RFC 3339, a Go duration, or an ISO 8601 duration.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::text::duration::{parse_go, parse_iso8601};

/// The instant `text` means when read at `now`.
pub(super) fn parse(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    let duration: Option<Duration> = parse_iso8601(text).or_else(|| parse_go(text));
    duration
        .and_then(|duration| TimeDelta::from_std(duration).ok())
        .and_then(|duration| now.checked_add_signed(duration))
        .ok_or_else(|| "due time format not recognized".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_instants_and_durations() {
        let now = DateTime::from_timestamp(1_000, 0).unwrap();
        let seconds = |text| parse(text, now).unwrap().timestamp();
        assert_eq!(seconds("1970-01-01T00:00:05+00:00"), 5);
        assert_eq!(seconds("90s"), 1_090);
        assert_eq!(seconds("PT1M"), 1_060);
        assert!(parse("tomorrow", now).is_err());
        assert!(parse("R5/PT1S", now).is_err());
    }
}
