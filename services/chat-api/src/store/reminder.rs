//! Reminders that are due.

use chrono::{DateTime, Utc};
use serde_json::json;
use todo_events::ReminderId;

use super::{
    LEASE, OutboxItem, StoreError, TaskStore,
    outbox::Queued,
    statement::{FIRE_OVERDUE, FIRE_REMINDER},
};

impl TaskStore {
    /// Fires one reminder, if it is still wanted and due by `due_by`.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn fire_reminder(
        &self,
        id: ReminderId,
        due_by: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let input = json!({ "id": id, "due_by": due_by, "at": now, "lease": LEASE });
        let queued: Queued = self.sql.run(&FIRE_REMINDER, &[&input.to_string()]).await?;
        Ok(queued.outbox)
    }

    /// Fires the reminders that are due by `due_by` and that no job has fired, oldest first.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn fire_overdue(
        &self,
        due_by: DateTime<Utc>,
        now: DateTime<Utc>,
        at_most: u32,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let input = json!({ "due_by": due_by, "at": now, "lease": LEASE, "at_most": at_most });
        let queued: Queued = self.sql.run(&FIRE_OVERDUE, &[&input.to_string()]).await?;
        Ok(queued.outbox)
    }
}
