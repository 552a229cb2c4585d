//! Push: the `notifications` topic, which reaches every open client of the user.

use std::time::Duration;

use serde_json::value::to_raw_value;
use todo_dapr::{Dapr, Destination, OutgoingEvent};
use todo_events::Channel;
use todo_service_kit::{Clock, Gather, Tasks, gather::Sink};

use crate::{
    ledger::{Delivery, Ledger, Settlement},
    metrics::{self, Attempt},
};

/// CloudEvent type of a notification.
const KIND: &str = "todo.notification.raised.v1";
/// How long outcomes are gathered before the ledger hears of them together: a row stays leased much longer.
const GATHER: Duration = Duration::from_millis(100);
/// Rows of one bulk publish at most.
const AT_MOST: usize = 200;

/// Tells by push and writes down how it went; clones share everything.
#[derive(Clone)]
pub(crate) struct Push {
    teller: Teller,
    waiting: Gather<Delivery, Teller>,
}

/// The way to the topic.
#[derive(Clone)]
struct Teller {
    dapr: Dapr,
    to: Destination,
    clock: Clock,
    outcomes: Gather<Settlement, Ledger>,
}

impl Push {
    /// Tells through the topic `to`.
    pub(crate) fn new(
        dapr: Dapr,
        to: Destination,
        ledger: Ledger,
        clock: Clock,
        tasks: Tasks,
    ) -> Self {
        let outcomes = Gather::new(ledger, GATHER, tasks.clone());
        let teller = Teller { dapr, to, clock, outcomes };
        Self { waiting: Gather::new(teller.clone(), Duration::ZERO, tasks), teller }
    }

    /// Tells a row that this process holds, in a moment and together with others. It is on the ledger: what fails, and what
    /// this process does not live to tell, is the sweep's.
    pub(crate) fn tell(&self, row: Delivery) {
        self.waiting.add([row]);
    }

    /// Tells rows that this process holds, and returns when they are told. What fails stays on the ledger for the sweep.
    pub(crate) async fn tell_now(&self, rows: &[Delivery]) {
        self.teller.tell(rows).await;
    }
}

impl Sink<Delivery> for Teller {
    async fn settle(&self, rows: Vec<Delivery>) {
        for rows in rows.chunks(AT_MOST) {
            self.tell(rows).await;
        }
    }
}

impl Teller {
    async fn tell(&self, rows: &[Delivery]) {
        let events: Result<Vec<_>, _> = rows.iter().map(|row| self.event(row)).collect();
        let mut errors: Vec<Option<String>> = vec![None; rows.len()];
        match events {
            Err(error) => errors.fill(Some(error.to_string())),
            Ok(events) => match self.dapr.publish_bulk(&self.to, &events).await {
                Err(error) => errors.fill(Some(error.to_string())),
                Ok(failures) => {
                    for failure in failures {
                        if let Some(error) = errors.get_mut(failure.index) {
                            *error = Some(failure.error);
                        }
                    }
                }
            },
        }
        self.outcomes.add(rows.iter().zip(errors).map(|(row, error)| self.outcome(row, error)));
    }

    fn event(&self, row: &Delivery) -> serde_json::Result<OutgoingEvent> {
        let notification = row.notification(self.clock.now());
        Ok(OutgoingEvent {
            id: notification.event_id.to_string(),
            kind: KIND.to_owned(),
            partition_key: notification.user_id.to_string(),
            data: to_raw_value(&notification)?,
        })
    }

    fn outcome(&self, row: &Delivery, error: Option<String>) -> Settlement {
        let Some(error) = error else {
            metrics::attempt(Channel::Push, Attempt::Sent);
            metrics::told(row, self.clock.now());
            return row.sent();
        };
        tracing::warn!(event_id = %row.event_id, error, "a notification was not published; the sweep tries again");
        metrics::attempt(Channel::Push, Attempt::Postponed);
        row.postponed(error)
    }
}

impl Sink<Settlement> for Ledger {
    async fn settle(&self, outcomes: Vec<Settlement>) {
        if let Err(error) = Self::settle(self, &outcomes).await {
            // Told again after the lease, with the same ids.
            tracing::warn!(%error, rows = outcomes.len(), "the ledger could not be told how it went");
        }
    }
}
