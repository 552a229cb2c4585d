//! What both lanes of the relay do alike: take a batch, hold back what must not overtake, settle.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::store::{OutboxItem, TaskStore};

/// Items that are carried out together at most.
const BATCH: usize = 256;
/// How long later items of a key stay back after one of it failed; about as long as a lease.
const HOLD_BACK: Duration = Duration::from_secs(10);

/// A queue of items in the order of their keys.
#[derive(Debug)]
pub(super) struct Lane {
    queue: mpsc::Receiver<OutboxItem>,
    store: TaskStore,
    // Keys of which an item failed: what comes after it must not overtake it.
    held_back: HashMap<String, Instant>,
}

impl Lane {
    pub(super) fn new(queue: mpsc::Receiver<OutboxItem>, store: TaskStore) -> Self {
        Self { queue, store, held_back: HashMap::new() }
    }

    /// The next items, in the order of their commits. `None` when there will be none any more: everybody who hands over is
    /// gone, or it was told to stop and the queue is empty.
    pub(super) async fn next(&mut self, stop: &CancellationToken) -> Option<Vec<OutboxItem>> {
        let mut batch = Vec::with_capacity(BATCH);
        tokio::select! {
            taken = self.queue.recv_many(&mut batch, BATCH) => if taken == 0 { return None },
            () = stop.cancelled() => {
                self.queue.close();
                if self.queue.recv_many(&mut batch, BATCH).await == 0 { return None }
            }
        }
        let now = Instant::now();
        self.held_back.retain(|_, until| *until > now);
        batch.retain(|item| !self.held_back.contains_key(&item.key));
        // Handlers may hand over in another order than they committed.
        batch.sort_unstable_by_key(|item| item.seq);
        Some(batch)
    }

    /// Forgets what is done, and holds back the keys of what is not.
    pub(super) async fn settle(&mut self, items: &[OutboxItem], failed: &HashSet<u64>) {
        let until = Instant::now() + HOLD_BACK;
        let (left, done): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| failed.contains(&item.seq));
        self.held_back.extend(left.into_iter().map(|item| (item.key.clone(), until)));
        let done: Vec<u64> = done.into_iter().map(|item| item.seq).collect();
        if !done.is_empty()
            && let Err(error) = self.store.settle_outbox(&done).await
        {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, items = done.len(), "outbox items will be done again");
        }
    }
}
