//! When to try again, and how long to wait before.

use std::{ops::RangeInclusive, time::Duration};

use crate::{resources::RetryDocument, text::duration::parse_policy};

/// A parsed retry policy. Defaults are Dapr's: constant, 5 s, endless.
#[derive(Clone, Debug)]
pub(crate) struct Retry {
    backoff: Backoff,
    /// `None` is endless.
    max_retries: Option<u32>,
    /// Status codes to retry; empty means every failure.
    codes: Vec<RangeInclusive<u16>>,
}

#[derive(Clone, Debug)]
enum Backoff {
    Constant(Duration),
    Exponential {
        initial: Duration,
        max: Duration,
        multiplier: f64,
        jitter: f64,
        max_elapsed: Duration,
    },
}

impl Retry {
    /// A constant pause.
    pub(crate) fn constant(pause: Duration, max_retries: Option<u32>) -> Self {
        Self { backoff: Backoff::Constant(pause), max_retries, codes: Vec::new() }
    }

    /// Reads the policy of a Resiliency document.
    pub(crate) fn parse(document: &RetryDocument) -> Result<Self, String> {
        let duration = |value: &Option<crate::resources::Scalar>, default: Duration| match value {
            None => Ok(default),
            Some(value) => parse_policy(&value.text())
                .ok_or_else(|| format!("{} is no duration", value.text())),
        };
        let backoff = match document.policy.as_deref().unwrap_or("constant") {
            "constant" => Backoff::Constant(duration(&document.duration, Duration::from_secs(5))?),
            "exponential" => Backoff::Exponential {
                initial: duration(&document.initial_interval, Duration::from_millis(500))?,
                max: duration(&document.max_interval, Duration::from_secs(60))?,
                multiplier: document.multiplier.unwrap_or(1.5),
                jitter: document.randomization_factor.unwrap_or(0.5).clamp(0.0, 1.0),
                max_elapsed: duration(&document.max_elapsed_time, Duration::from_secs(15 * 60))?,
            },
            other => return Err(format!("{other} is no retry policy")),
        };
        let max_retries = document.max_retries.and_then(|retries| u32::try_from(retries).ok());
        let codes = parse_codes(&document.matching.http_status_codes)?;
        Ok(Self { backoff, max_retries, codes })
    }

    /// Whether a failure with this status is worth another attempt; without a list every one is.
    pub(crate) fn lists(&self, status: u16) -> bool {
        self.codes.is_empty() || self.codes.iter().any(|range| range.contains(&status))
    }

    /// Starts counting for one operation.
    pub(crate) fn attempts(&self) -> Attempts<'_> {
        Attempts { retry: self, made: 0, next: None, waited: Duration::ZERO }
    }
}

/// Progress of one operation through its policy.
pub(crate) struct Attempts<'a> {
    retry: &'a Retry,
    made: u32,
    next: Option<Duration>,
    waited: Duration,
}

impl Attempts<'_> {
    /// The pause before the next attempt, or `None` when the policy is exhausted. `random` lies in 0..1.
    pub(crate) fn pause(&mut self, random: f64) -> Option<Duration> {
        if self.retry.max_retries.is_some_and(|max| self.made >= max) {
            return None;
        }
        self.made += 1;
        match &self.retry.backoff {
            Backoff::Constant(pause) => Some(*pause),
            Backoff::Exponential { initial, max, multiplier, jitter, max_elapsed } => {
                let base = self.next.unwrap_or(*initial).min(*max);
                self.next = Some(base.mul_f64(multiplier.max(1.0)).min(*max));
                let pause = base.mul_f64(1.0 - jitter + 2.0 * jitter * random);
                self.waited += pause;
                // A maximum of zero switches the limit off.
                (max_elapsed.is_zero() || self.waited <= *max_elapsed).then_some(pause)
            }
        }
    }
}

/// `"408,425,500-599"`.
fn parse_codes(text: &str) -> Result<Vec<RangeInclusive<u16>>, String> {
    let invalid = || format!("{text:?} is no list of status codes");
    let code = |part: &str| part.trim().parse::<u16>().map_err(|_| invalid());
    text.split(',')
        .filter(|part| !part.trim().is_empty())
        .map(|part| match part.split_once('-') {
            Some((low, high)) => Ok(code(low)?..=code(high)?),
            None => code(part).map(|code| code..=code),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(yaml: &str) -> Retry {
        Retry::parse(&serde_saphyr::from_str(yaml).unwrap()).unwrap()
    }

    #[test]
    fn constant_policies_count_their_retries() {
        let retry = retry("{ policy: constant, duration: 2s, maxRetries: 2 }");
        let mut attempts = retry.attempts();
        assert_eq!(attempts.pause(0.5), Some(Duration::from_secs(2)));
        assert_eq!(attempts.pause(0.5), Some(Duration::from_secs(2)));
        assert_eq!(attempts.pause(0.5), None);
    }

    #[test]
    fn omitted_maximum_is_endless_and_bare_numbers_are_milliseconds() {
        let retry = retry("{ duration: 10 }");
        let mut attempts = retry.attempts();
        for _ in 0..100 {
            assert_eq!(attempts.pause(0.0), Some(Duration::from_millis(10)));
        }
    }

    #[test]
    fn exponential_policies_grow_up_to_their_maximum() {
        let retry = retry(
            "{ policy: exponential, maxInterval: 1s, randomizationFactor: 0, maxRetries: 9 }",
        );
        let mut attempts = retry.attempts();
        let pauses: Vec<_> = std::iter::from_fn(|| attempts.pause(0.5)).collect();
        assert_eq!(pauses[..3], [500, 750, 1000].map(Duration::from_millis));
        assert_eq!(pauses.len(), 9);
    }

    #[test]
    fn status_lists_restrict_retries() {
        let retry = retry("{ matching: { httpStatusCodes: \"408,425,429,500-599\" } }");
        assert!(retry.lists(503));
        assert!(!retry.lists(400));
    }
}
