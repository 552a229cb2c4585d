//! When a session must look after its client: ping it, miss its pong, or see its token run out.

use std::time::Duration;

use tokio::time::Instant;

use crate::protocol::Ending;

/// The session's one timer: three deadlines, of which the next counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    ping_every: Duration,
    pong_within: Duration,
    expires: Instant,
    ping_at: Instant,
    pong_by: Option<Instant>,
}

/// What to do at a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Send a ping.
    Ping,
    /// End the session.
    End(Ending),
    /// Nothing yet.
    Nothing,
}

impl Lifetime {
    /// A client that is alive now, with a token that is good until `expires`.
    pub(super) fn new(
        ping_every: Duration,
        pong_within: Duration,
        expires: Instant,
        now: Instant,
    ) -> Self {
        Self { ping_every, pong_within, expires, ping_at: now + ping_every, pong_by: None }
    }

    /// When to look again.
    pub(super) fn next(&self) -> Instant {
        self.pong_by.unwrap_or(self.ping_at).min(self.expires)
    }

    /// The client showed a sign of life: any message will do.
    pub(super) fn heard(&mut self, now: Instant) {
        self.pong_by = None;
        self.ping_at = now + self.ping_every;
    }

    /// What is due now; a ping that is due counts as sent.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        if now >= self.expires {
            return Due::End(Ending::TokenExpired);
        }
        match self.pong_by {
            Some(by) if now >= by => Due::End(Ending::Silent),
            None if now >= self.ping_at => {
                self.pong_by = Some(now + self.pong_within);
                Due::Ping
            }
            Some(_) | None => Due::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn lifetime(start: Instant) -> Lifetime {
        Lifetime::new(25 * SECOND, 10 * SECOND, start + 100 * SECOND, start)
    }

    #[test]
    fn a_silent_client_is_pinged_once_and_then_ended() {
        let start = Instant::now();
        let mut life = lifetime(start);
        assert_eq!(life.next(), start + 25 * SECOND);
        assert_eq!(life.due(start + 24 * SECOND), Due::Nothing);
        assert_eq!(life.due(start + 25 * SECOND), Due::Ping);
        assert_eq!(life.next(), start + 35 * SECOND);
        assert_eq!(life.due(start + 26 * SECOND), Due::Nothing);
        assert_eq!(life.due(start + 35 * SECOND), Due::End(Ending::Silent));
    }

    #[test]
    fn a_client_that_answers_lives_until_its_token_runs_out() {
        let start = Instant::now();
        let mut life = lifetime(start);
        for second in (25..100).step_by(25) {
            let now = start + second * SECOND;
            assert_eq!(life.due(now), Due::Ping);
            life.heard(now);
        }
        assert_eq!(life.next(), start + 100 * SECOND);
        assert_eq!(life.due(start + 100 * SECOND), Due::End(Ending::TokenExpired));
    }
}
