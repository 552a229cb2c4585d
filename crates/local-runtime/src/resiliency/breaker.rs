//! Circuit breakers with the states and counts of `sony/gobreaker`, which Dapr uses.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::template::{BreakerTemplate, Counts};

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
            phase: Phase::closed(template, Instant::now()),
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
                self.change(&mut state, Phase::closed(&self.template, now));
            }
            (Phase::Closed(_) | Phase::HalfOpen | Phase::Open(_), _) => {}
        }
    }

    /// What changes without a call: counts run out, an open breaker becomes half open.
    fn pass_time(&self, state: &mut State, now: Instant) {
        match state.phase {
            Phase::Closed(Some(until)) if until <= now => {
                self.change(state, Phase::closed(&self.template, now))
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

impl Phase {
    /// With the counts of a closed breaker kept for as long as its policy says.
    fn closed(template: &BreakerTemplate, now: Instant) -> Self {
        Self::Closed((!template.interval.is_zero()).then(|| now + template.interval))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Closed(_) => "closed",
            Self::Open(_) => "open",
            Self::HalfOpen => "half-open",
        }
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
    use std::time::Duration;

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
}
