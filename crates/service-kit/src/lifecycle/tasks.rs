//! Work that runs beside requests.

use std::future::Future;

use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Starts background work and keeps track of it; clones share it. There are no other spawns.
#[derive(Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    cancel: CancellationToken,
    ended: mpsc::UnboundedSender<Ended>,
}

/// A supervised task that ended although nobody asked it to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// It returned.
    #[error("the background task `{0}` ended by itself")]
    Returned(&'static str),
    /// It panicked; the panic hook has logged how.
    #[error("the background task `{0}` panicked")]
    Panicked(&'static str),
}

impl Tasks {
    /// No tasks yet; the receiver hears of those that end unasked.
    pub(super) fn new(cancel: CancellationToken) -> (Self, mpsc::UnboundedReceiver<Ended>) {
        let (ended, receiver) = mpsc::unbounded_channel();
        (Self { tracker: TaskTracker::new(), cancel, ended }, receiver)
    }

    /// Tasks that nobody supervises, for tests that build a service without [`crate::run`].
    #[must_use]
    pub fn unsupervised(cancel: CancellationToken) -> Self {
        Self::new(cancel).0
    }

    /// Starts a task that must run until the process is told to stop; when it returns or panics before, the process
    /// ends with a failure. It must watch [`crate::Kit::cancel`] and return soon after.
    pub fn supervise<F>(&self, name: &'static str, work: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (cancel, ended) = (self.cancel.clone(), self.ended.clone());
        let task = tokio::spawn(work);
        self.tracker.spawn(async move {
            let report = match task.await {
                Ok(()) => Ended::Returned(name),
                Err(_) => Ended::Panicked(name),
            };
            if !cancel.is_cancelled() {
                // No receiver means that the process is ending already.
                let _ = ended.send(report);
            }
        });
    }

    /// Starts work that ends by itself, such as what follows an answered request; a stop waits for it.
    pub fn spawn<F>(&self, work: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tracker.spawn(work);
    }

    /// Waits until every task has ended; tasks may still be started meanwhile, by requests in flight.
    pub(crate) async fn finished(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}
