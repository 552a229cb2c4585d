//! How long to wait before a crashed service is started again.

use std::time::Duration;

/// Doubling pauses with an upper limit; a service that stayed up long enough starts from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Pause after the first crash.
    pub first: Duration,
    /// Longest pause.
    pub most: Duration,
    /// Uptime after which earlier crashes are forgotten.
    pub settled_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            most: Duration::from_secs(10),
            settled_after: Duration::from_secs(20),
        }
    }
}

impl Backoff {
    /// The pause after a crash that followed `uptime`, given the pause before that start.
    pub(crate) fn next(&self, previous: Option<Duration>, uptime: Duration) -> Duration {
        match previous {
            Some(pause) if uptime < self.settled_after => (pause * 2).min(self.most),
            Some(_) | None => self.first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_limit_and_start_over_after_a_quiet_time() {
        let backoff = Backoff {
            first: Duration::from_secs(1),
            most: Duration::from_secs(3),
            settled_after: Duration::from_secs(60),
        };
        let mut pause = None;
        let mut seen = Vec::new();
        for uptime in [0, 0, 0, 61, 59] {
            pause = Some(backoff.next(pause, Duration::from_secs(uptime)));
            seen.extend(pause.map(|pause| pause.as_secs()));
        }
        assert_eq!(seen, [1, 2, 3, 1, 2]);
    }
}
