//! What a circuit breaker policy says, and what its `trip` expression counts on.

use std::time::Duration;

use serde_json::json;

use crate::{cel::Expression, resources::BreakerDocument, text::duration::parse_policy};

/// What a `trip` expression may count on, in the order of [`Counts::values`].
const VARIABLES: [&str; 5] =
    ["requests", "totalSuccesses", "totalFailures", "consecutiveSuccesses", "consecutiveFailures"];

/// A policy as written; each target gets a breaker of its own from it.
#[derive(Clone, Debug)]
pub(crate) struct BreakerTemplate {
    /// Calls let through while half open, all of which must succeed.
    pub(super) max_requests: u32,
    /// How often a closed breaker forgets its counts; zero is never.
    pub(super) interval: Duration,
    /// How long it stays open.
    pub(super) timeout: Duration,
    trip: Expression,
}

impl BreakerTemplate {
    /// Reads the policy of a Resiliency document. Defaults are Dapr's: one call, never, 60 s, six failures in a row.
    pub(crate) fn parse(document: &BreakerDocument) -> Result<Self, String> {
        let duration = |value: &Option<crate::resources::Scalar>| match value {
            None => Ok(Duration::ZERO),
            Some(value) => parse_policy(&value.text())
                .ok_or_else(|| format!("{} is no duration", value.text())),
        };
        let max_requests = match &document.max_requests {
            None => 0,
            Some(value) => {
                value.text().parse().map_err(|_| format!("{} is no number", value.text()))?
            }
        };
        let timeout = duration(&document.timeout)?;
        let trip = document.trip.as_deref().filter(|trip| !trip.trim().is_empty());
        let trip = trip.unwrap_or("consecutiveFailures > 5");
        Ok(Self {
            max_requests: u32::max(max_requests, 1),
            interval: duration(&document.interval)?,
            timeout: if timeout.is_zero() { Duration::from_secs(60) } else { timeout },
            trip: Expression::parse(trip, &VARIABLES).map_err(|e| format!("trip {trip:?}: {e}"))?,
        })
    }
}

/// What a breaker has counted since its last change.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) requests: u32,
    successes: u32,
    failures: u32,
    pub(super) successes_in_row: u32,
    failures_in_row: u32,
}

impl BreakerTemplate {
    /// An expression that cannot be decided does not trip.
    pub(super) fn trips(&self, counts: &Counts) -> bool {
        let values = counts.values().map(|value| json!(value));
        self.trip.matches(&values.each_ref()).unwrap_or(false)
    }
}

impl Counts {
    pub(super) fn count(&mut self, succeeded: bool) {
        if succeeded {
            self.successes += 1;
            self.successes_in_row += 1;
            self.failures_in_row = 0;
        } else {
            self.failures += 1;
            self.failures_in_row += 1;
            self.successes_in_row = 0;
        }
    }

    fn values(&self) -> [u32; 5] {
        [self.requests, self.successes, self.failures, self.successes_in_row, self.failures_in_row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused() {
        for yaml in ["{ trip: errors > 5 }", "{ timeout: soon }", "{ maxRequests: many }"] {
            let document = serde_saphyr::from_str(yaml).unwrap();
            assert!(BreakerTemplate::parse(&document).is_err(), "{yaml}");
        }
    }
}
