//! Reminders that are due.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{LEASE, OutboxItem, StoreError, TaskStore, outbox::Queued, statement::FIRE_REMINDERS};

impl TaskStore {
    /// Fires the reminders that are due by `due_by` and that nobody has fired, oldest first.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn fire_reminders(
        &self,
        due_by: DateTime<Utc>,
        now: DateTime<Utc>,
        at_most: u32,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let input = json!({ "due_by": due_by, "at": now, "lease": LEASE, "at_most": at_most });
        let queued: Queued = self.sql.run(&FIRE_REMINDERS, &[&input.to_string()]).await?;
        Ok(queued.outbox)
    }
}
