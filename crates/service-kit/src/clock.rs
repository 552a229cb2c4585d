//! The clock that is handed to everything that needs the time.
//!
//! Domain code takes `now` as a parameter; the edge reads it here, and a test holds the hands.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

/// A source of the current time; clones share the same hands.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    System { started: Instant },
    Manual { started: DateTime<Utc>, now: Mutex<DateTime<Utc>> },
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::System { started: Instant::now() }))
    }

    /// A clock that stands at `start` until it is moved.
    #[must_use]
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self(Arc::new(Source::Manual { started: start, now: Mutex::new(start) }))
    }

    /// The current instant.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that implements the clock"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match &*self.0 {
            Source::System { .. } => Utc::now(),
            Source::Manual { now, .. } => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Time since this clock was made; the system's never runs backwards.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        match &*self.0 {
            Source::System { started } => started.elapsed(),
            Source::Manual { started, .. } => (self.now() - started).to_std().unwrap_or_default(),
        }
    }

    /// Moves a manual clock to `instant`; the system's clock is left alone.
    pub fn set(&self, instant: DateTime<Utc>) {
        if let Source::Manual { now, .. } = &*self.0 {
            *now.lock().unwrap_or_else(PoisonError::into_inner) = instant;
        }
    }

    /// Moves a manual clock forward; the system's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual { now, .. } = &*self.0 {
            *now.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Source::System { .. } => f.write_str("Clock::system"),
            Source::Manual { .. } => write!(f, "Clock::manual({})", self.now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_clones_share_it() {
        let start = DateTime::UNIX_EPOCH;
        let clock = Clock::manual(start);
        let other = clock.clone();
        other.advance(Duration::from_secs(90));
        assert_eq!(clock.now(), start + Duration::from_secs(90));
        assert_eq!(clock.uptime(), Duration::from_secs(90));
        clock.set(start);
        assert_eq!(other.now(), start);
    }
}
