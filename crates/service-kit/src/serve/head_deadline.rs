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
