//! Durations as Dapr's files and calls spell them: Go (`1h30m`), ISO 8601 (`PT30S`), protobuf (`1.5s`).

use std::time::Duration;

/// Go's `time.ParseDuration`, without negative values.
pub(crate) fn parse_go(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (unit, scale) = GO_UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
        seconds += number * scale;
        rest = &rest[unit.len()..];
    }
    Duration::try_from_secs_f64(seconds).ok()
}

/// Longer spellings first, because `ms` begins with `m`.
const GO_UNITS: [(&str, f64); 7] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// A duration in a Resiliency file: a bare integer counts milliseconds.
pub(crate) fn parse_policy(text: &str) -> Option<Duration> {
    match text.parse::<u64>() {
        Ok(milliseconds) => Some(Duration::from_millis(milliseconds)),
        Err(_) => parse_go(text),
    }
}

/// A time to live: bare integers are seconds, anything else is a Go duration.
pub(crate) fn parse_ttl(text: &str) -> Option<Duration> {
    match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => parse_go(text),
    }
}

/// JSON form of `google.protobuf.Duration`: seconds with a trailing `s`, nothing else.
pub(crate) fn parse_protobuf(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// A non-repeating ISO 8601 duration. Years and months count 365 and 30 days.
pub(crate) fn parse_iso8601(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('P')?;
    let mut seconds = 0.0;
    let mut in_time = false;
    let mut any = false;
    while let Some(first) = rest.chars().next() {
        if first == 'T' && !in_time {
            in_time = true;
            rest = &rest[1..];
            continue;
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let scale = match (in_time, rest.as_bytes()[digits]) {
            (false, b'Y') => 365.0 * 86_400.0,
            (false, b'M') => 30.0 * 86_400.0,
            (false, b'W') => 7.0 * 86_400.0,
            (false, b'D') => 86_400.0,
            (true, b'H') => 3600.0,
            (true, b'M') => 60.0,
            (true, b'S') => 1.0,
            _ => return None,
        };
        seconds += number * scale;
        any = true;
        rest = &rest[digits + 1..];
    }
    if !any {
        return None;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations_add_up() {
        assert_eq!(parse_go("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_go("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_go("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse_go("90"), None);
        assert_eq!(parse_go(""), None);
        assert_eq!(parse_go("5parsecs"), None);
    }

    #[test]
    fn bare_integers_differ_by_place() {
        assert_eq!(parse_policy("1500"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_ttl("60"), Some(Duration::from_secs(60)));
        assert_eq!(parse_protobuf("0.5s"), Some(Duration::from_millis(500)));
        assert_eq!(parse_protobuf("500ms"), None);
    }

    #[test]
    fn iso_durations_keep_minutes_and_months_apart() {
        assert_eq!(parse_iso8601("PT1M"), Some(Duration::from_secs(60)));
        assert_eq!(parse_iso8601("P1M"), Some(Duration::from_secs(30 * 86_400)));
        assert_eq!(parse_iso8601("P1DT12H"), Some(Duration::from_secs(36 * 3600)));
        assert_eq!(parse_iso8601("P"), None);
        assert_eq!(parse_iso8601("R5/PT1S"), None);
    }
}
