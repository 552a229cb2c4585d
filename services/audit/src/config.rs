//! What audit is configured with, beside what all services share.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `AUDIT_DB_BINDING` | `bindings.postgresql` component | `audit-db` |
//! | `AUDIT_RETENTION_DAYS` | how long entries are kept, 30 to 36500 days | `400` |
//! | `PUBSUB_NAME` | component that replays publish to | `events` |
//! | `TOPIC_TASK_EVENTS` | name on the broker of the topic keyed by task | `task-events` |

use todo_events::Topic;
use todo_service_kit::{FromEnv, Reader};

use crate::domain::Retention;

/// Names of components and topics, and how long entries are kept.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database's binding.
    pub database: String,
    /// How long entries are kept.
    pub retention: Retention,
    /// The pub/sub component.
    pub pubsub: String,
    /// The topic whose events are keyed by task; all others are keyed by user.
    pub task_events: String,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        Self {
            database: reader.or("AUDIT_DB_BINDING", "audit-db"),
            retention: reader.parsed_or("AUDIT_RETENTION_DAYS", Retention::default()),
            pubsub: reader.or("PUBSUB_NAME", "events"),
            task_events: reader.or("TOPIC_TASK_EVENTS", Topic::TaskEvents.name()),
        }
    }
}
