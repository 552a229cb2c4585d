//! From the outbox to the broker and the scheduler.
//!
//! A write hands over what it committed; the relay publishes it in bulk, schedules and cancels jobs, and deletes what is
//! done in one statement. Whatever it does not finish, because something failed or the process died, stays in the table, and the
//! sweep of any replica takes it over once the lease has run out. So a consequence happens at least once, under a stable id.
//!
//! Broker and scheduler have a lane each: one that is away, and lets every call wait, must not hold up the other.

mod events;
mod lane;
mod publishing;
mod scheduling;
mod topics;

pub use topics::Topics;

use todo_dapr::Dapr;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::{ItemKind, OutboxItem, TaskStore};
use lane::Lane;
use publishing::Publishing;
use scheduling::Scheduling;

/// Items that wait in memory at most in a lane; the rest waits in the table for the sweep.
const QUEUE: usize = 20_000;

/// Where writes hand over what they committed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relay {
    events: mpsc::Sender<OutboxItem>,
    jobs: mpsc::Sender<OutboxItem>,
}

/// The working end of a [`Relay`].
#[derive(Debug)]
pub struct RelayWorker {
    publishing: Publishing,
    scheduling: Scheduling,
}

impl Relay {
    /// A relay and the worker that has to be run for it.
    pub fn new(dapr: Dapr, store: TaskStore, topics: Topics) -> (Self, RelayWorker) {
        let ((events, changes), (jobs, orders)) = (mpsc::channel(QUEUE), mpsc::channel(QUEUE));
        let publishing = Publishing::new(Lane::new(changes, store.clone()), dapr.clone(), topics);
        let scheduling = Scheduling::new(Lane::new(orders, store), dapr);
        (Self { events, jobs }, RelayWorker { publishing, scheduling })
    }

    /// Takes over committed items. Never waits: when a queue is full they stay in the table.
    pub fn hand_over(&self, items: Vec<OutboxItem>) {
        for item in items {
            let lane = match item.kind {
                ItemKind::Change | ItemKind::Reminder => &self.events,
                ItemKind::ScheduleJob | ItemKind::CancelJob => &self.jobs,
            };
            if lane.try_send(item).is_err() {
                metrics::counter!("outbox_left_to_sweep_total").increment(1);
            }
        }
    }
}

impl RelayWorker {
    /// Works until every [`Relay`] is gone, or until told to stop and the queues are empty.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.publishing.run(stop.clone()), self.scheduling.run(stop));
    }
}
