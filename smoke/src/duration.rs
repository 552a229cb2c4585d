//! `120s`, `2m`, or a number of seconds.

use std::time::Duration;

/// Reads a duration from the command line.
///
/// # Errors
/// With what it may look like.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix('m') {
        Some(minutes) => (minutes, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    let number: Option<u64> = number.parse().ok();
    let seconds = number.and_then(|number| number.checked_mul(unit)).filter(|s| *s <= 86_400);
    seconds.map(Duration::from_secs).ok_or_else(|| "must be like 120s or 2m, a day at most".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_minutes() {
        for (text, seconds) in [("90", 90), ("120s", 120), ("2m", 120), ("0s", 0)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for bad in ["", "s", "-1s", "1h", "1.5s", "2 m", "99999999999999999999s", "2000m"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
