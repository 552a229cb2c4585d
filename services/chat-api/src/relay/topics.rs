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
    /// Where events of a topic go. `notifications` is not this service's to publish to.
    pub fn destination(&self, topic: Topic) -> Option<Destination> {
        let name = match topic {
            Topic::TaskEvents => &self.task_events,
            Topic::TaskUpdates => &self.task_updates,
            Topic::Reminders => &self.reminders,
            Topic::Notifications => return None,
        };
        Some(Destination { pubsub: self.pubsub.clone(), topic: name.clone() })
    }
}
