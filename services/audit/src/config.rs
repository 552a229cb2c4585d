//! What audit is configured with, beside what all services share.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `AUDIT_DB_BINDING` | `bindings.postgresql` component | `audit-db` |
//! | `PUBSUB_NAME` | component that replays publish to | `events` |
//! | `TOPIC_TASK_EVENTS` | name on the broker of the topic keyed by task | `task-events` |

use todo_events::Topic;
use todo_service_kit::{FromEnv, Reader};

/// Names of components and topics.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database's binding.
    pub database: String,
    /// The pub/sub component.
    pub pubsub: String,
    /// The topic whose events are keyed by task; all others are keyed by user.
    pub task_events: String,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        Self {
            database: reader.or("AUDIT_DB_BINDING", "audit-db"),
            pubsub: reader.or("PUBSUB_NAME", "events"),
            task_events: reader.or("TOPIC_TASK_EVENTS", Topic::TaskEvents.name()),
        }
    }
}
