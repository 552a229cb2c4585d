//! Where messages of batches go that can never be handled.

use super::{Delivery, batch::Entry};
use crate::{Dapr, Destination};

/// The dead-letter topics `<topic>.<app-id>.dead` of one service.
///
/// To a `DROP` within a batch daprd 1.18 makes no copy if the broker does not take it at once, and may copy another message or end
/// (`docs/adr/0015`). So the service publishes the copy itself, and then the message is handled.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    dapr: Dapr,
    app_id: &'static str,
}

impl DeadLetters {
    /// Those of the service `app_id`, which must be allowed to publish there.
    pub fn new(dapr: Dapr, app_id: &'static str) -> Self {
        Self { dapr, app_id }
    }

    /// What to answer about a message of a component's topic that is to be dropped: done, or to be delivered again.
    pub(super) async fn take(&self, (pubsub, topic): &(String, String), of: &Entry) -> Delivery {
        let topic = format!("{topic}.{}.dead", self.app_id);
        let to = Destination { pubsub: pubsub.clone(), topic };
        match self.dapr.publish_raw(&to, of.key(), of.event.get()).await {
            Ok(()) => Delivery::Success,
            Err(error) => Delivery::retry(&error),
        }
    }
}
