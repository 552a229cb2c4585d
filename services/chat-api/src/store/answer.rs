//! What a statement that writes one task answers.
//!
//! A flat structure, not a tagged enum: serde reads a tagged enum through a buffer, which cannot hold JSON left unread.

use serde::{Deserialize, de::Error as _};
use todo_recurrence::Zone;

use super::{OutboxItem, StoreError, TaskDocument};

#[derive(Deserialize)]
pub(super) struct Answer<O> {
    pub(super) outcome: O,
    task: Option<TaskDocument>,
    #[serde(default)]
    outbox: Vec<OutboxItem>,
    zone: Option<Zone>,
}

impl<O> Answer<O> {
    /// The task, of an outcome that has one.
    pub(super) fn task(self) -> Result<TaskDocument, StoreError> {
        self.written().map(|(task, _)| task)
    }

    /// The task and what follows from it.
    pub(super) fn written(self) -> Result<(TaskDocument, Vec<OutboxItem>), StoreError> {
        let task = self.task.ok_or_else(|| serde_json::Error::missing_field("task"))?;
        Ok((task, self.outbox))
    }

    /// The user's zone, of an outcome that says it.
    pub(super) fn zone(self) -> Result<Zone, StoreError> {
        Ok(self.zone.ok_or_else(|| serde_json::Error::missing_field("zone"))?)
    }
}
