//! Where messages of batches go that can never be handled.

use serde_json::value::RawValue;

use super::Delivery;
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

    /// What to answer about an event from a topic that is to be dropped: done, or to be delivered again.
    pub(super) async fn take(&self, from: &Destination, key: &str, event: &RawValue) -> Delivery {
        let topic = format!("{}.{}.dead", from.topic, self.app_id);
        let to = Destination { topic, ..from.clone() };
        match self.dapr.publish_raw(&to, key, event).await {
            Ok(()) => Delivery::Success,
            Err(error) => Delivery::retry(&error),
        }
    }
}
