//! What happened to a task, once for services and once for open clients.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Actor, CorrelationId, EventId, Revision, Sequence, Task, TaskId, UserId};

/// What happened. Reopening is an update whose `changes` name the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    /// A new task.
    Created,
    /// Some fields changed.
    Updated,
    /// It was done.
    Completed,
    /// It is gone.
    Deleted,
}

impl TaskChange {
    /// The word in `event_type` and in the CloudEvent type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Completed => "completed",
            Self::Deleted => "deleted",
        }
    }
}

/// Payload of `task-events`. `D` is the document of the task: read, or JSON that is handed on unread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskEvent<D = Task> {
    /// See [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The same on every delivery.
    pub event_id: EventId,
    /// What happened.
    pub event_type: TaskChange,
    /// To which task.
    pub task_id: TaskId,
    /// Whose.
    pub user_id: UserId,
    /// The task's revision after it.
    pub revision: Revision,
    /// When.
    #[serde(with = "crate::instant")]
    pub timestamp: DateTime<Utc>,
    /// Through which door.
    pub actor: Actor,
    /// The request it came from.
    pub correlation_id: CorrelationId,
    /// Names of the fields that changed; empty for created and deleted.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What those fields said before, as in a task document; `task_data` has what they say now. The status of a task that was
    /// brought back was `deleted`. Events of older releases do not have it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub previous: Map<String, Value>,
    /// The task after it; of a deleted one, as it was last.
    pub task_data: D,
}

/// Payload of `task-updates`. `D` is the document of the task: read, or JSON that is handed on unread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskUpdate<D = Task> {
    /// See [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The same on every delivery.
    pub event_id: EventId,
    /// What happened.
    pub event_type: TaskChange,
    /// To which task.
    pub task_id: TaskId,
    /// Whose.
    pub user_id: UserId,
    /// The task's revision after it.
    pub revision: Revision,
    /// The place in the user's own order of changes.
    pub sequence: Sequence,
    /// When.
    #[serde(with = "crate::instant")]
    pub timestamp: DateTime<Utc>,
    /// Through which door.
    pub actor: Actor,
    /// The task after it; of a deleted one, as it was last.
    pub task_data: D,
}
