//! The operator's webhook through a `bindings.http` component.

use std::collections::HashMap;

use todo_dapr::Dapr;
use todo_events::Channel;
use todo_service_kit::Clock;

use super::courier::{Carrier, CarryError};
use crate::ledger::Delivery;

/// Posts notifications as JSON, if there is a binding for it.
pub(crate) struct WebhookCarrier {
    pub(crate) dapr: Dapr,
    pub(crate) binding: Option<String>,
    pub(crate) clock: Clock,
}

impl Carrier for WebhookCarrier {
    const CHANNEL: Channel = Channel::Webhook;

    /// The body is the payload of the `notifications` event; a repeat carries the same key.
    async fn carry(&self, row: &Delivery) -> Result<(), CarryError> {
        let binding = self.binding.as_ref();
        let binding = binding.ok_or(CarryError::Never("the webhook is not set up any more"))?;
        let notification = row.notification(self.clock.now());
        let key = notification.event_id.to_string();
        let body = serde_json::to_value(notification)
            .map_err(|error| CarryError::Later(error.to_string()))?;
        // The binding makes headers of metadata that starts with a capital.
        let metadata = HashMap::from([("Idempotency-Key", key.as_str())]);
        let sent = self.dapr.binding(binding, "post", Some(&body), &metadata).await;
        sent.map(drop).map_err(|error| CarryError::Later(error.to_string()))
    }
}
