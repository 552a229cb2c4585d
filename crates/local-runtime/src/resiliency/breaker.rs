//! Circuit breakers with the states and counts of `sony/gobreaker`, which Dapr uses.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::json;
use tokio::time::Instant;

use crate::{cel::Expression, resources::BreakerDocument, text::duration::parse_policy};

/// What a `trip` expression may count on, in the order of [`Counts::values`].
const VARIABLES: [&str; 5] =
    ["requests", "totalSuccesses", "totalFailures", "consecutiveSuccesses", "consecutiveFailures"];

/// A policy as written; each target gets a breaker of its own from it.
#[derive(Clone, Debug)]
pub(crate) struct BreakerTemplate {
    /// Calls let through while half open, all of which must succeed.
    max_requests: u32,
    /// How often a closed breaker forgets its counts; zero is never.
    interval: Duration,
    /// How long it stays open.
    timeout: Duration,
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

/// Why a call was not made at all. Never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("circuit breaker is open")]
    Open,
    #[error("too many requests")]
    TooManyRequests,
}

/// The breaker of one target.
#[derive(Debug)]
pub(crate) struct Breaker {
    target: String,
    template: BreakerTemplate,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Calls begun before the last change of phase do not count.
    generation: u64,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Until then its counts hold; `None` is for ever.
    Closed(Option<Instant>),
    Open(Instant),
    HalfOpen,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    requests: u32,
    successes: u32,
    failures: u32,
    successes_in_row: u32,
    failures_in_row: u32,
}

/// A call under way. Dropped without a word it counts as a failure.
#[derive(Debug)]
pub(super) struct Admission {
    breaker: Arc<Breaker>,
    generation: u64,
    succeeded: bool,
}

impl Breaker {
    /// A closed breaker.
    pub(super) fn new(target: &str, template: &BreakerTemplate) -> Self {
        let state = State {
            phase: template.closed(Instant::now()),
            generation: 0,
            counts: Counts::default(),
        };
        Self { target: target.to_owned(), template: template.clone(), state: Mutex::new(state) }
    }

    /// Lets a call through, or not.
    pub(super) fn admit(self: &Arc<Self>) -> Result<Admission, Refused> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.pass_time(&mut state, Instant::now());
        match state.phase {
            Phase::Open(_) => return Err(Refused::Open),
            Phase::HalfOpen if state.counts.requests >= self.template.max_requests => {
                return Err(Refused::TooManyRequests);
            }
            Phase::HalfOpen | Phase::Closed(_) => state.counts.requests += 1,
        }
        let generation = state.generation;
        Ok(Admission { breaker: Arc::clone(self), generation, succeeded: false })
    }

    fn settle(&self, generation: u64, succeeded: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        self.pass_time(&mut state, now);
        if state.generation != generation {
            return;
        }
        state.counts.count(succeeded);
        match (state.phase, succeeded) {
            (Phase::Closed(_), false) if self.template.trips(&state.counts) => {
                self.change(&mut state, Phase::Open(now + self.template.timeout));
            }
            (Phase::HalfOpen, false) => {
                self.change(&mut state, Phase::Open(now + self.template.timeout));
            }
            (Phase::HalfOpen, true)
                if state.counts.successes_in_row >= self.template.max_requests =>
            {
                self.change(&mut state, self.template.closed(now));
            }
            (Phase::Closed(_) | Phase::HalfOpen | Phase::Open(_), _) => {}
        }
    }

    /// What changes without a call: counts run out, an open breaker becomes half open.
    fn pass_time(&self, state: &mut State, now: Instant) {
        match state.phase {
            Phase::Closed(Some(until)) if until <= now => {
                self.change(state, self.template.closed(now))
            }
            Phase::Open(until) if until <= now => self.change(state, Phase::HalfOpen),
            Phase::Closed(_) | Phase::Open(_) | Phase::HalfOpen => {}
        }
    }

    fn change(&self, state: &mut State, phase: Phase) {
        if std::mem::discriminant(&state.phase) != std::mem::discriminant(&phase) {
            let (target, from, to) = (&self.target, state.phase.name(), phase.name());
            tracing::warn!(target, from, to, "circuit breaker");
        }
        *state = State { phase, generation: state.generation + 1, counts: Counts::default() };
    }
}

impl BreakerTemplate {
    fn closed(&self, now: Instant) -> Phase {
        Phase::Closed((!self.interval.is_zero()).then(|| now + self.interval))
    }

    /// An expression that cannot be decided does not trip.
    fn trips(&self, counts: &Counts) -> bool {
        let values = counts.values().map(|value| json!(value));
        self.trip.matches(&values.each_ref()).unwrap_or(false)
    }
}

impl Phase {
    fn name(self) -> &'static str {
        match self {
            Self::Closed(_) => "closed",
            Self::Open(_) => "open",
            Self::HalfOpen => "half-open",
        }
    }
}

impl Counts {
    fn count(&mut self, succeeded: bool) {
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

impl Admission {
    /// The call is over.
    pub(super) fn finish(mut self, succeeded: bool) {
        self.succeeded = succeeded;
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.breaker.settle(self.generation, self.succeeded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker(yaml: &str) -> Arc<Breaker> {
        let template = BreakerTemplate::parse(&serde_saphyr::from_str(yaml).unwrap()).unwrap();
        Arc::new(Breaker::new("t", &template))
    }

    fn call(breaker: &Arc<Breaker>, succeeds: bool) -> Result<(), Refused> {
        breaker.admit().map(|admission| admission.finish(succeeds))
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_a_success_after_the_timeout_closes_it() {
        let breaker = breaker("{ timeout: 30s, trip: consecutiveFailures >= 2 }");
        for succeeds in [false, true, false] {
            call(&breaker, succeeds).unwrap();
        }
        call(&breaker, false).unwrap();
        assert_eq!(call(&breaker, true), Err(Refused::Open));
        tokio::time::advance(Duration::from_secs(29)).await;
        assert_eq!(call(&breaker, true), Err(Refused::Open));
        tokio::time::advance(Duration::from_secs(1)).await;
        call(&breaker, true).unwrap();
        call(&breaker, false).unwrap();
        call(&breaker, true).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn half_open_lets_a_few_through_and_one_failure_opens_it_again() {
        let breaker = breaker("{ maxRequests: 2, timeout: 1s, trip: 'requests >= 1' }");
        call(&breaker, false).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let (first, second) = (breaker.admit().unwrap(), breaker.admit().unwrap());
        assert_eq!(breaker.admit().err(), Some(Refused::TooManyRequests));
        first.finish(true);
        drop(second);
        assert_eq!(call(&breaker, true), Err(Refused::Open));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_from_before_a_change_does_not_count() {
        let breaker = breaker("{ timeout: 1s, trip: 'consecutiveFailures >= 1' }");
        let slow = breaker.admit().unwrap();
        call(&breaker, false).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let probe = breaker.admit().unwrap();
        slow.finish(false);
        probe.finish(true);
        call(&breaker, true).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_interval_clears_the_counts_of_a_closed_breaker() {
        let breaker = breaker("{ interval: 10s, trip: totalFailures >= 2 }");
        call(&breaker, false).unwrap();
        tokio::time::advance(Duration::from_secs(10)).await;
        call(&breaker, false).unwrap();
        call(&breaker, true).unwrap();
        call(&breaker, false).unwrap();
        assert_eq!(call(&breaker, true), Err(Refused::Open));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_trip_expression_it_takes_six_failures_in_a_row() {
        let breaker = breaker("{}");
        for _ in 0..6 {
            call(&breaker, false).unwrap();
        }
        assert_eq!(call(&breaker, true), Err(Refused::Open));
        tokio::time::advance(Duration::from_secs(60)).await;
        call(&breaker, true).unwrap();
    }

    #[test]
    fn nonsense_is_refused() {
        for yaml in ["{ trip: errors > 5 }", "{ timeout: soon }", "{ maxRequests: many }"] {
            let document = serde_saphyr::from_str(yaml).unwrap();
            assert!(BreakerTemplate::parse(&document).is_err(), "{yaml}");
        }
    }
}
