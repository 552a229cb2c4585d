//! What both lanes of the relay do alike: take a batch, hold back what must not overtake, settle.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use todo_service_kit::Gather;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    metrics,
    store::{OutboxItem, TaskStore},
};

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
    /// After a batch of several the lane rests as long as that took, but not longer than this: what comes meanwhile goes
    /// together, so that the busier all are, the fewer and larger the calls. After one that came alone it does not.
    longest_rest: Duration,
    began: Instant,
    rests_until: Instant,
    // Keys of which an item failed: what comes after it must not overtake it.
    held_back: HashMap<String, Instant>,
}

impl Entrance {
    /// Puts an item into the lane. Never waits: false when it is full.
    pub(super) fn put(&self, item: OutboxItem) -> bool {
        self.0.try_send(Waiting { since: Instant::now(), item }).is_ok()
    }
}

impl Lane {
    pub(super) fn new(longest_rest: Duration, done: Done) -> (Entrance, Self) {
        let (entrance, queue) = mpsc::channel(QUEUE);
        let now = Instant::now();
        let held_back = HashMap::new();
        let lane = Self { queue, done, longest_rest, began: now, rests_until: now, held_back };
        (Entrance(entrance), lane)
    }

    /// The next items, in the order of their commits. `None` when there will be none any more: everybody who hands over is
    /// gone, or it was told to stop and the queue is empty.
    pub(super) async fn next(&mut self, stop: &CancellationToken) -> Option<Vec<OutboxItem>> {
        let mut waiting = self.take(stop).await?;
        // Handlers may hand over in another order than they committed.
        waiting.sort_unstable_by_key(|waiting| waiting.item.seq);
        let now = Instant::now();
        self.began = now;
        self.held_back.retain(|_, until| *until > now);
        let mut batch = Vec::with_capacity(waiting.len());
        for Waiting { since, item } in waiting {
            if now - since > STALE {
                metrics::left_to_sweep();
                self.held_back.insert(item.key, now + HOLD_BACK);
            } else if !self.held_back.contains_key(&item.key) {
                batch.push(item);
            }
        }
        Some(batch)
    }

    /// Waits for something, and for the end of the rest; not when told to stop.
    async fn take(&mut self, stop: &CancellationToken) -> Option<Vec<Waiting>> {
        let mut waiting = Vec::new();
        let filled = async {
            self.queue.recv_many(&mut waiting, 1).await;
            sleep_until(self.rests_until).await;
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
        let now = Instant::now();
        if items.len() > 1 {
            self.rests_until = now + (now - self.began).min(self.longest_rest);
        }
        let until = now + HOLD_BACK;
        let (left, done): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| failed.contains(&item.seq));
        self.held_back.extend(left.into_iter().map(|item| (item.key.clone(), until)));
        self.done.add(done.into_iter().map(|item| item.seq));
    }
}
