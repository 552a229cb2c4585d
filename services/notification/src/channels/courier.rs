//! Carries what goes outside: one row at a time, apart from the events, because a mail server may take seconds.
//!
//! A courier owns no queue. The ledger is the queue: each row is leased just before it is carried, so nothing waits in
//! a memory that may be lost, and one send is in flight per process, which the SMTP binding demands.

use std::{future::Future, sync::Arc, time::Duration};

use todo_events::Channel;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    ledger::{Delivery, Ledger, Settlement},
    metrics::{self, Attempt},
};

/// Longer than a carrier may take.
const LEASE: Duration = Duration::from_secs(120);
/// Then it is given up, after about a quarter of an hour; the push was told long before.
const MAX_ATTEMPTS: u32 = 10;

/// Why something was not carried.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CarryError {
    /// It may work later.
    #[error("{0}")]
    Later(String),
    /// It can never work.
    #[error("{0}")]
    Never(&'static str),
}

/// A way outside.
pub(crate) trait Carrier: Send + Sync + 'static {
    /// The channel it serves.
    const CHANNEL: Channel;

    /// Sends one notification.
    fn carry(&self, row: &Delivery) -> impl Future<Output = Result<(), CarryError>> + Send;
}

/// Tells a courier that the ledger has something; a wake while it is busy is remembered.
#[derive(Clone, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    /// Wakes the courier.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }
}

/// Works through one channel's rows.
pub(crate) struct Courier<C> {
    pub(crate) carrier: C,
    pub(crate) ledger: Ledger,
    pub(crate) wake: Wake,
}

impl<C: Carrier> Courier<C> {
    /// Carries whenever woken, until `cancel`; a send in flight is finished.
    pub(crate) async fn run(self, cancel: CancellationToken) {
        while cancel.run_until_cancelled(self.wake.0.notified()).await.is_some() {
            while !cancel.is_cancelled() && self.carry_next().await {}
        }
    }

    /// Whether there was something.
    async fn carry_next(&self) -> bool {
        let row = match self.ledger.take(&[C::CHANNEL], LEASE, 1).await {
            Ok(rows) => rows.into_iter().next(),
            Err(error) => {
                tracing::warn!(%error, "the ledger could not be asked what to send");
                None
            }
        };
        let Some(row) = row else { return false };
        let outcome = self.outcome(&row, self.carrier.carry(&row).await);
        if let Err(error) = self.ledger.settle(&[outcome]).await {
            tracing::warn!(%error, event_id = %row.event_id, "what was sent may be sent again");
        }
        true
    }

    fn outcome(&self, row: &Delivery, carried: Result<(), CarryError>) -> Settlement {
        let (attempt, settlement) = match carried {
            Ok(()) => (Attempt::Sent, row.sent()),
            Err(CarryError::Later(error)) if row.attempts < MAX_ATTEMPTS => {
                (Attempt::Postponed, row.postponed(error))
            }
            Err(error) => (Attempt::Undeliverable, row.undeliverable(error.to_string())),
        };
        if let Some(error) = &settlement.error {
            tracing::warn!(event_id = %row.event_id, error, ?attempt, "not sent");
        }
        metrics::attempt(C::CHANNEL, attempt);
        settlement
    }
}
