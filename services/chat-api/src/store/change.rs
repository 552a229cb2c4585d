//! One change of one task, as the outbox keeps it until both of its events are published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use todo_events::{
    Actor, CorrelationId, EventId, EventKind, Revision, SCHEMA_VERSION, Sequence, TaskChange,
    TaskEvent, TaskId, TaskUpdate, UserId,
};

use crate::domain::Origin;

/// A change without what only the database knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ChangeHead {
    event_id: EventId,
    update_id: EventId,
    event_type: TaskChange,
    task_id: TaskId,
    revision: Revision,
    timestamp: DateTime<Utc>,
    actor: Actor,
    correlation_id: CorrelationId,
}

/// A change: what its events are made of. The task is handed on unread.
#[derive(Debug, Serialize, Deserialize)]
pub struct Change {
    pub(super) head: ChangeHead,
    pub(super) sequence: Sequence,
    #[serde(default)]
    pub(super) previous: Map<String, Value>,
    pub(super) task_data: Box<RawValue>,
}

/// An event of a change.
#[derive(Debug)]
pub struct ChangeEvent {
    /// The same each time it is published.
    pub id: EventId,
    /// Its CloudEvent type.
    pub kind: EventKind,
    /// The key that its topic is ordered by.
    pub key: String,
    /// Payload.
    pub payload: Box<RawValue>,
}

impl ChangeHead {
    /// That `task` was made.
    pub(super) fn created(task: TaskId, origin: &Origin, at: DateTime<Utc>) -> Self {
        Self {
            event_id: EventId::generate(),
            update_id: EventId::generate(),
            event_type: TaskChange::Created,
            task_id: task,
            revision: Revision(1),
            timestamp: at,
            actor: origin.actor,
            correlation_id: origin.correlation.clone(),
        }
    }
}

impl Change {
    /// What services are told: `task-events`, keyed by task.
    ///
    /// # Errors
    /// When the payload cannot be written as JSON.
    pub fn task_event(&self, user: &UserId) -> Result<ChangeEvent, serde_json::Error> {
        let head = &self.head;
        let event = TaskEvent {
            schema_version: SCHEMA_VERSION,
            event_id: head.event_id,
            event_type: head.event_type,
            task_id: head.task_id,
            user_id: user.clone(),
            revision: head.revision,
            timestamp: head.timestamp,
            actor: head.actor,
            correlation_id: head.correlation_id.clone(),
            changes: self.previous.keys().cloned().collect(),
            previous: self.previous.clone(),
            task_data: &*self.task_data,
        };
        Ok(ChangeEvent {
            id: head.event_id,
            kind: EventKind::Task(head.event_type),
            key: head.task_id.to_string(),
            payload: serde_json::value::to_raw_value(&event)?,
        })
    }

    /// What the user's open clients are told: `task-updates`, keyed by user.
    ///
    /// # Errors
    /// When the payload cannot be written as JSON.
    pub fn task_update(&self, user: &UserId) -> Result<ChangeEvent, serde_json::Error> {
        let head = &self.head;
        let update = TaskUpdate {
            schema_version: SCHEMA_VERSION,
            event_id: head.update_id,
            event_type: head.event_type,
            task_id: head.task_id,
            user_id: user.clone(),
            revision: head.revision,
            sequence: self.sequence,
            timestamp: head.timestamp,
            actor: head.actor,
            task_data: &*self.task_data,
        };
        Ok(ChangeEvent {
            id: head.update_id,
            kind: EventKind::TaskUpdate(head.event_type),
            key: user.as_str().to_owned(),
            payload: serde_json::value::to_raw_value(&update)?,
        })
    }
}
