//! Names of topics on the broker.

use todo_dapr::Destination;
use todo_events::Topic;

/// The pub/sub component and the names that topics go by there.
#[derive(Debug, Clone)]
pub struct Topics {
    /// Component name.
    pub pubsub: String,
    /// Name of `task-events`.
    pub task_events: String,
    /// Name of `task-updates`.
    pub task_updates: String,
    /// Name of `reminders`.
    pub reminders: String,
}

impl Topics {
    /// Where items for a topic go, by the topic's role. `notifications` is not this service's to publish to.
    pub fn destination(&self, role: &str) -> Option<Destination> {
        let name = if role == Topic::TaskEvents.name() {
            &self.task_events
        } else if role == Topic::TaskUpdates.name() {
            &self.task_updates
        } else if role == Topic::Reminders.name() {
            &self.reminders
        } else {
            return None;
        };
        Some(Destination { pubsub: self.pubsub.clone(), topic: name.clone() })
    }
}
