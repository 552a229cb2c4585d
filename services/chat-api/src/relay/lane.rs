//! What both lanes of the relay do alike: take a batch, hold back what must not overtake, settle.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use todo_service_kit::Gather;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::store::{OutboxItem, TaskStore};

/// Items that wait in memory at most in a lane; the rest waits in the table for the sweep.
const QUEUE: usize = 20_000;
/// Items that are carried out together at most.
const BATCH: usize = 256;
/// How long an item may wait here: then its lease is as good as over, and the sweep has it or will have it.
const STALE: Duration = Duration::from_secs(9);
/// How long later items of a key stay back after one of it failed; about as long as a lease.
const HOLD_BACK: Duration = Duration::from_secs(10);

/// Items that are done, on their way out of the table.
pub(super) type Done = Gather<u64, TaskStore>;

/// The end of a lane where items go in; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Entrance(mpsc::Sender<Waiting>);

#[derive(Debug)]
struct Waiting {
    since: Instant,
    item: OutboxItem,
}

/// A queue of items in the order of their keys.
#[derive(Debug)]
pub(super) struct Lane {
    queue: mpsc::Receiver<Waiting>,
    done: Done,
    /// The least time from one batch to the next: the more come meanwhile, the fewer calls they cost.
    pace: Duration,
    next_at: Instant,
    // Keys of which an item failed: what comes after it must not overtake it.
    held_back: HashMap<String, Instant>,
}

impl Entrance {
    /// Puts an item into the lane. Never waits: false when it is full.
    pub(super) fn put(&self, item: OutboxItem) -> bool {
        let waiting = Waiting { since: Instant::now(), item };
        !matches!(self.0.try_send(waiting), Err(TrySendError::Full(_) | TrySendError::Closed(_)))
    }
}

impl Lane {
    pub(super) fn new(pace: Duration, done: Done) -> (Entrance, Self) {
        let (entrance, queue) = mpsc::channel(QUEUE);
        let lane = Self { queue, done, pace, next_at: Instant::now(), held_back: HashMap::new() };
        (Entrance(entrance), lane)
    }

    /// The next items, in the order of their commits. `None` when there will be none any more: everybody who hands over is
    /// gone, or it was told to stop and the queue is empty.
    pub(super) async fn next(&mut self, stop: &CancellationToken) -> Option<Vec<OutboxItem>> {
        let mut waiting = self.take(stop).await?;
        // Handlers may hand over in another order than they committed.
        waiting.sort_unstable_by_key(|waiting| waiting.item.seq);
        let now = Instant::now();
        self.next_at = now + self.pace;
        self.held_back.retain(|_, until| *until > now);
        let mut batch = Vec::with_capacity(waiting.len());
        for Waiting { since, item } in waiting {
            if now - since > STALE {
                metrics::counter!("outbox_left_to_sweep_total").increment(1);
                self.held_back.insert(item.key, now + HOLD_BACK);
            } else if !self.held_back.contains_key(&item.key) {
                batch.push(item);
            }
        }
        Some(batch)
    }

    /// Waits for something, and as long as the pace asks for; not when told to stop.
    async fn take(&mut self, stop: &CancellationToken) -> Option<Vec<Waiting>> {
        let mut waiting = Vec::new();
        let filled = async {
            self.queue.recv_many(&mut waiting, 1).await;
            sleep_until(self.next_at).await;
        };
        let stopped = stop.run_until_cancelled(filled).await.is_none();
        if stopped {
            self.queue.close();
        }
        while waiting.len() < BATCH
            && let Ok(next) = self.queue.try_recv()
        {
            waiting.push(next);
        }
        (!waiting.is_empty()).then_some(waiting)
    }

    /// Forgets what is done, and holds back the keys of what is not.
    pub(super) fn settle(&mut self, items: &[OutboxItem], failed: &HashSet<u64>) {
        let until = Instant::now() + HOLD_BACK;
        let (left, done): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| failed.contains(&item.seq));
        self.held_back.extend(left.into_iter().map(|item| (item.key.clone(), until)));
        self.done.add(done.into_iter().map(|item| item.seq));
    }
}
