//! Push: the `notifications` topic, which reaches every open client of the user.

use serde_json::value::to_raw_value;
use todo_dapr::{Dapr, Destination, OutgoingEvent};
use todo_events::Channel;
use todo_service_kit::Clock;

use crate::{
    ledger::{Delivery, Ledger, Settlement},
    metrics::{self, Attempt},
};

/// CloudEvent type of a notification.
const KIND: &str = "todo.notification.raised.v1";

/// Tells by push and writes down how it went; clones share everything.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) dapr: Dapr,
    pub(crate) to: Destination,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Clock,
}

impl Push {
    /// Tells one row that this process holds. What fails stays on the ledger for the sweep.
    pub(crate) async fn tell(&self, row: &Delivery) {
        let error = match self.event(row) {
            Ok(event) => self.dapr.publish(&self.to, &event).await.err().map(|e| e.to_string()),
            Err(error) => Some(error.to_string()),
        };
        self.settle(&[self.outcome(row, error)]).await;
    }

    /// Tells many rows in one call.
    pub(crate) async fn tell_many(&self, rows: &[Delivery]) {
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
        let outcomes: Vec<_> =
            rows.iter().zip(errors).map(|(row, error)| self.outcome(row, error)).collect();
        self.settle(&outcomes).await;
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
            metrics::told(&row.story, self.clock.now());
            return row.sent();
        };
        tracing::warn!(event_id = %row.event_id, error, "a notification was not published; the sweep tries again");
        metrics::attempt(Channel::Push, Attempt::Postponed);
        row.postponed(error)
    }

    async fn settle(&self, outcomes: &[Settlement]) {
        if let Err(error) = self.ledger.settle(outcomes).await {
            // Told again after the lease, with the same ids.
            tracing::warn!(%error, rows = outcomes.len(), "the ledger could not be told how it went");
        }
    }
}
