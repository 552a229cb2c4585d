//! How many frames a client may send: a bucket that fills at a steady rate.

use tokio::time::Instant;

/// A token bucket: a second's worth can be spent at once, four times over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    per_second: f32,
    left: f32,
    counted: Instant,
}

/// How many seconds' worth can be saved up.
const SAVED_SECONDS: f32 = 4.0;

impl Allowance {
    /// A full bucket.
    pub(super) fn new(per_second: u16, now: Instant) -> Self {
        let per_second = f32::from(per_second);
        Self { per_second, left: per_second * SAVED_SECONDS, counted: now }
    }

    /// Takes `cost`, or says that there is not enough left.
    pub(super) fn take(&mut self, cost: f32, now: Instant) -> bool {
        let earned = now.saturating_duration_since(self.counted).as_secs_f32() * self.per_second;
        self.left = (self.left + earned).min(self.per_second * SAVED_SECONDS);
        self.counted = now;
        let enough = self.left >= cost;
        if enough {
            self.left -= cost;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_a_flood_does_not_and_waiting_helps() {
        let start = Instant::now();
        let mut allowance = Allowance::new(5, start);
        assert_eq!((0..100).filter(|_| allowance.take(1.0, start)).count(), 20);
        let later = start + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| allowance.take(1.0, later)).count(), 5);
        let much_later = start + Duration::from_secs(3600);
        assert_eq!((0..100).filter(|_| allowance.take(5.0, much_later)).count(), 4);
    }
}
