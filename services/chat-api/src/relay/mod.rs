//! From the outbox to the broker and the scheduler.
//!
//! A write hands over what it committed; the relay publishes it in bulk, schedules and cancels jobs, and deletes what is
//! done in one statement. Whatever it does not finish, because something failed or the process died, stays in the table, and the
//! sweep of any replica takes it over once the lease has run out. So a consequence happens at least once, under a stable id.

mod carry_out;
mod events;
mod jobs;
mod topics;

pub use topics::Topics;

use std::{collections::HashMap, time::Duration};

use todo_dapr::Dapr;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::store::{OutboxItem, TaskStore};

/// Items that wait in memory at most; the rest waits in the table for the sweep.
const QUEUE: usize = 20_000;
/// Items that are carried out together at most.
const BATCH: usize = 256;
/// How long later items of a key stay back after one of it failed; about as long as a lease.
const HOLD_BACK: Duration = Duration::from_secs(10);

/// Where writes hand over what they committed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relay {
    queue: mpsc::Sender<OutboxItem>,
}

/// The working end of a [`Relay`].
#[derive(Debug)]
pub struct RelayWorker {
    queue: mpsc::Receiver<OutboxItem>,
    dapr: Dapr,
    store: TaskStore,
    topics: Topics,
    // Keys of which an item failed: what comes after it must not overtake it.
    held_back: HashMap<String, Instant>,
}

impl Relay {
    /// A relay and the worker that has to be run for it.
    pub fn new(dapr: Dapr, store: TaskStore, topics: Topics) -> (Self, RelayWorker) {
        let (sender, queue) = mpsc::channel(QUEUE);
        let worker = RelayWorker { queue, dapr, store, topics, held_back: HashMap::new() };
        (Self { queue: sender }, worker)
    }

    /// Takes over committed items. Never waits: when the queue is full they stay in the table.
    pub fn hand_over(&self, items: Vec<OutboxItem>) {
        for item in items {
            if self.queue.try_send(item).is_err() {
                metrics::counter!("outbox_left_to_sweep_total").increment(1);
            }
        }
    }
}

impl RelayWorker {
    /// Works until every [`Relay`] is gone, or until told to stop and the queue is empty.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                taken = self.queue.recv_many(&mut batch, BATCH) => if taken == 0 { return },
                () = stop.cancelled() => {
                    self.queue.close();
                    if self.queue.recv_many(&mut batch, BATCH).await == 0 { return }
                }
            }
            self.carry_out(std::mem::take(&mut batch)).await;
        }
    }
}
