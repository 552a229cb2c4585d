//! The orderly end.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Tasks, listeners::Servers, signals::Signals};
use crate::{Health, Stage};

/// What must come to rest.
pub(super) struct Drain {
    pub(super) health: Health,
    pub(super) servers: Servers,
    pub(super) tasks: Tasks,
    pub(super) cancel: CancellationToken,
    pub(super) deadline: Duration,
}

impl Drain {
    /// Stops everything within the deadline.
    ///
    /// # Errors
    /// When work had to be cut off: the deadline passed, or a second signal came.
    pub(super) async fn run(self, signals: &mut Signals) -> anyhow::Result<()> {
        self.health.enter(Stage::Draining);
        tokio::select! {
            () = self.in_order() => Ok(()),
            () = tokio::time::sleep(self.deadline) => {
                anyhow::bail!("work was cut off after {} s", self.deadline.as_secs())
            }
            signal = signals.next() => anyhow::bail!("work was cut off by a second signal, {signal}"),
        }
    }

    /// People first: their requests may still need the background tasks, and what they cause comes in from the sidecar.
    /// The sidecar last: what it delivers until its listener closes is handled.
    async fn in_order(&self) {
        if let Some(public) = &self.servers.public {
            // A stream that never ends must not keep the tasks from their own orderly end.
            let _ = tokio::time::timeout(self.deadline / 2, public.stop()).await;
        }
        self.cancel.cancel();
        self.servers.sidecar.stop().await;
        self.tasks.finished().await;
        if let Some(public) = &self.servers.public {
            public.stop().await;
        }
    }
}
