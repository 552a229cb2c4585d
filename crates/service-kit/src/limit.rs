//! Rate limits for each user, by cost.
//!
//! A user has a bucket of points that refills steadily; a request costs what its class costs. Keyed by the token's
//! subject and not by address: behind an ingress addresses are what the caller claims.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DefaultKeyedStateStore,
};
use todo_events::UserId;

use crate::{
    AuthenticatedUser, Clock, Problem, Verifier,
    config::{FromEnv, Reader},
};

/// After this many requests, buckets that are full again are forgotten.
const FORGET_EVERY: u32 = 16_384;

/// How much a user may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitConfig {
    /// Points that come back each second; 0 switches limits off.
    pub per_second: u32,
    /// Points a user can save up.
    pub burst: u32,
}

impl Default for LimitConfig {
    fn default() -> Self {
        Self { per_second: 50, burst: 200 }
    }
}

impl FromEnv for LimitConfig {
    /// `RATE_LIMIT_PER_SECOND` (50; 0 is off) and `RATE_LIMIT_BURST` (200, at least the dearest request).
    fn read(reader: &mut Reader) -> Self {
        let defaults = Self::default();
        let burst = reader.parsed_or("RATE_LIMIT_BURST", defaults.burst);
        if burst < Cost::Heavy.points() {
            reader.fault("RATE_LIMIT_BURST", format!("must be at least {}", Cost::Heavy.points()));
        }
        Self { per_second: reader.parsed_or("RATE_LIMIT_PER_SECOND", defaults.per_second), burst }
    }
}

/// What a class of routes costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Reads one thing, or nothing.
    Light,
    /// Writes, or reads a list.
    Normal,
    /// Asks a model, or touches many things.
    Heavy,
}

impl Cost {
    /// The cost in points.
    #[must_use]
    pub const fn points(self) -> u32 {
        match self {
            Self::Light => 1,
            Self::Normal => 2,
            Self::Heavy => 20,
        }
    }
}

/// Counts what users ask for; clones share the buckets.
#[derive(Clone)]
pub struct Limiter(Option<Arc<Inner>>);

type Buckets =
    RateLimiter<UserId, DefaultKeyedStateStore<UserId>, LimitClock, NoOpMiddleware<Nanos>>;

struct Inner {
    buckets: Buckets,
    clock: LimitClock,
    checks: AtomicU32,
}

impl Limiter {
    /// Full buckets for everyone.
    #[must_use]
    pub fn new(config: LimitConfig, clock: Clock) -> Self {
        let rate = NonZeroU32::new(config.per_second).zip(NonZeroU32::new(config.burst));
        Self(rate.map(|(per_second, burst)| {
            let clock = LimitClock(clock);
            let quota = Quota::per_second(per_second).allow_burst(burst);
            let buckets = RateLimiter::dashmap_with_clock(quota, clock.clone());
            Arc::new(Inner { buckets, clock, checks: AtomicU32::new(0) })
        }))
    }

    /// Takes the cost from the user's bucket.
    ///
    /// # Errors
    /// A 429 [`Problem`] that says when it will be enough, or a 500 for a cost above every bucket.
    pub fn charge(&self, user: &UserId, cost: Cost) -> Result<(), Problem> {
        let Some(inner) = &self.0 else { return Ok(()) };
        if inner.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            inner.buckets.retain_recent();
        }
        let points = NonZeroU32::new(cost.points()).unwrap_or(NonZeroU32::MIN);
        match inner.buckets.check_key_n(user, points) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_yet)) => {
                Err(Problem::too_many_requests(not_yet.wait_time_from(inner.clock.now())))
            }
            Err(error) => Err(Problem::internal(error.to_string())),
        }
    }
}

/// Middleware that authenticates the caller and charges `cost`; use it with `from_fn_with_state` on a group of routes:
/// `(verifier, limiter, Cost::Normal)`. The handler's [`AuthenticatedUser`] costs no second check.
pub async fn charge(
    State((verifier, limiter, cost)): State<(Verifier, Limiter, Cost)>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = AuthenticatedUser::from_headers(request.headers(), &verifier).await;
    let charged = caller.map_err(Problem::from).and_then(|caller| {
        limiter.charge(&caller.user, cost)?;
        Ok(caller)
    });
    match charged {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// The injected clock as governor wants it: time that never runs backwards.
#[derive(Debug, Clone)]
struct LimitClock(Clock);

impl governor::clock::Clock for LimitClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        // Never zero, so that subtracting a bucket's fill time from the first instants does not saturate.
        Nanos::from(self.0.uptime() + Duration::from_secs(3600))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn user(name: &str) -> UserId {
        name.parse().unwrap()
    }

    #[test]
    fn a_spent_bucket_refuses_and_says_when_it_will_not() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let limiter = Limiter::new(LimitConfig { per_second: 2, burst: 20 }, clock.clone());
        limiter.charge(&user("a"), Cost::Heavy).unwrap();
        let problem = limiter.charge(&user("a"), Cost::Normal).unwrap_err();
        let response = problem.into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "1");

        limiter.charge(&user("b"), Cost::Heavy).expect("another user has another bucket");
        clock.advance(Duration::from_secs(1));
        limiter.charge(&user("a"), Cost::Normal).expect("two points came back");
        limiter.charge(&user("a"), Cost::Light).expect_err("and no third");
    }

    #[test]
    fn zero_switches_limits_off() {
        let config = LimitConfig { per_second: 0, burst: 20 };
        let limiter = Limiter::new(config, Clock::manual(DateTime::UNIX_EPOCH));
        for _ in 0..1000 {
            limiter.charge(&user("a"), Cost::Heavy).unwrap();
        }
    }
}
