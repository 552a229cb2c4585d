//! From the outbox to the broker and the scheduler.
//!
//! A write hands over what it committed; the relay publishes it in bulk, schedules and cancels jobs, and deletes what is
//! done, many items in one statement. Whatever it does not finish, because something failed or the process died, stays in the table, and the
//! sweep of any replica takes it over once the lease has run out. So a consequence happens at least once, under a stable id.
//!
//! Broker and scheduler have a lane each: one that is away, and lets every call wait, must not hold up the other.

mod events;
mod lane;
mod publishing;
mod scheduling;
mod topics;

pub use topics::Topics;

use std::time::Duration;

use todo_dapr::Dapr;
use todo_service_kit::{Gather, Tasks, gather::Sink};
use tokio_util::sync::CancellationToken;

use crate::{
    metrics,
    store::{ItemKind, OutboxItem, TaskStore},
};
use lane::{Entrance, Lane};
use publishing::Publishing;
use scheduling::Scheduling;

/// What comes alone leaves at once; under load events are gathered for as long as this, which a person does not notice.
const LONGEST_REST: Duration = Duration::from_millis(25);
/// How long items stay in the table after they are done: much shorter than their lease.
const GATHER: Duration = Duration::from_millis(100);

/// Where writes hand over what they committed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relay {
    events: Entrance,
    jobs: Entrance,
}

/// The working end of a [`Relay`].
#[derive(Debug)]
pub struct RelayWorker {
    publishing: Publishing,
    scheduling: Scheduling,
}

impl Relay {
    /// A relay and the worker that has to be run for it.
    pub fn new(dapr: Dapr, store: TaskStore, topics: Topics, tasks: Tasks) -> (Self, RelayWorker) {
        let done = Gather::new(store, GATHER, tasks);
        let (events, changes) = Lane::new(LONGEST_REST, done.clone());
        let (jobs, orders) = Lane::new(Duration::ZERO, done);
        let publishing = Publishing::new(changes, dapr.clone(), topics);
        let scheduling = Scheduling::new(orders, dapr);
        (Self { events, jobs }, RelayWorker { publishing, scheduling })
    }

    /// Takes over committed items. Never waits: when a queue is full they stay in the table.
    pub fn hand_over(&self, items: Vec<OutboxItem>) {
        for item in items {
            let lane = match item.kind {
                ItemKind::Change | ItemKind::Reminder => &self.events,
                ItemKind::ScheduleJob | ItemKind::CancelJob => &self.jobs,
            };
            if !lane.put(item) {
                metrics::left_to_sweep();
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

impl Sink<u64> for TaskStore {
    async fn settle(&self, done: Vec<u64>) {
        if let Err(error) = self.settle_outbox(&done).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, items = done.len(), "outbox items will be done again");
        }
    }
}
