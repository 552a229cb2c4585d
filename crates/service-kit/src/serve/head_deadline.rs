//! Notices a request head that has begun and does not end.
//!
//! hyper's own timer cannot tell a half-sent head from an idle connection that may be reused; closing idle ones after
//! a few seconds would make proxies and sidecars lose requests. So the bytes are watched here.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Between requests: no byte of the next head has come.
const IDLE: u64 = u64::MAX;
/// A request is being handled: what is read belongs to its body.
const BUSY: u64 = u64::MAX - 1;

/// What one connection is waiting for; clones share it.
#[derive(Clone)]
pub(super) struct HeadDeadline(Arc<Inner>);

struct Inner {
    accepted: Instant,
    /// Milliseconds from `accepted` to the first byte of the head being read, or [`IDLE`], or [`BUSY`].
    begun: AtomicU64,
}

impl HeadDeadline {
    /// A connection just accepted: its first head is due from now on.
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner { accepted: Instant::now(), begun: AtomicU64::new(0) }))
    }

    /// Bytes have come.
    pub(super) fn bytes_read(&self) {
        if self.0.begun.load(Ordering::Relaxed) == IDLE {
            let now = u64::try_from(self.0.accepted.elapsed().as_millis()).unwrap_or(0);
            self.0.begun.store(now, Ordering::Relaxed);
        }
    }

    /// A head has been read.
    pub(super) fn head_complete(&self) {
        self.0.begun.store(BUSY, Ordering::Relaxed);
    }

    /// The request is answered; the next byte begins another head.
    pub(super) fn await_next(&self) {
        self.0.begun.store(IDLE, Ordering::Relaxed);
    }

    /// Ends when a head is not complete `limit` after it began. One timer a connection, not one a request: it looks
    /// up every `limit`, and at the exact instant once a head has begun.
    pub(super) async fn missed(&self, limit: Duration) {
        let mut next = self.0.accepted + limit;
        loop {
            sleep_until(next).await;
            let now = Instant::now();
            next = match self.0.begun.load(Ordering::Relaxed) {
                IDLE | BUSY => now + limit,
                begun => {
                    let due = self.0.accepted + Duration::from_millis(begun) + limit;
                    if due <= now {
                        return;
                    }
                    due
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    async fn missed_within(head: &HeadDeadline, wait: u64) -> bool {
        tokio::time::timeout(Duration::from_secs(wait), head.missed(LIMIT)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_head_is_due_from_the_accept() {
        let started = Instant::now();
        HeadDeadline::new().missed(LIMIT).await;
        assert_eq!(started.elapsed().as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn neither_a_slow_body_nor_a_pause_between_requests_is_late() {
        let head = HeadDeadline::new();
        head.bytes_read();
        head.head_complete();
        head.bytes_read();
        assert!(!missed_within(&head, 60).await, "a slow body");
        head.await_next();
        assert!(!missed_within(&head, 60).await, "an idle connection");
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_head_is_due_from_its_first_byte() {
        let head = HeadDeadline::new();
        head.head_complete();
        head.await_next();
        let watched = head.clone();
        let watch = tokio::spawn(async move { watched.missed(LIMIT).await });
        tokio::time::advance(Duration::from_secs(7)).await;
        head.bytes_read();
        let begun = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        head.bytes_read();
        watch.await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), 5);
    }
}
