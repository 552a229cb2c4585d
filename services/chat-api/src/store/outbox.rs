//! What is committed and still has to happen.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    LEASE, StoreError, TaskStore,
    statement::{CLAIM_OUTBOX, FORGET, OUTBOX_AGE, SETTLE_OUTBOX},
};

/// What to do with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Publish both events of the [`super::Change`] in `payload`.
    Change,
    /// Publish `payload`, a reminder that is due.
    Reminder,
    /// Schedule the job named by `key`.
    ScheduleJob,
    /// Cancel the job named by `key`; only earlier releases queued it.
    CancelJob,
}

/// One thing to do.
#[derive(Debug, Clone, Deserialize)]
pub struct OutboxItem {
    /// Its place in the order of all, and its name.
    pub seq: u64,
    /// What to do.
    pub kind: ItemKind,
    /// The user, or the name of the job.
    pub key: String,
    /// A change, an event payload, or due time and data of a job.
    pub payload: Box<RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Queued {
    pub(super) outbox: Vec<OutboxItem>,
}

/// How much waits in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct OutboxAge {
    /// Items.
    pub waiting: u64,
    /// Age of the oldest, in seconds.
    pub oldest_seconds: f64,
}

impl TaskStore {
    /// Takes over items whose writer did not finish them, oldest first.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn claim_outbox(&self, at_most: u32) -> Result<Vec<OutboxItem>, StoreError> {
        let queued: Queued = self.sql.run(&CLAIM_OUTBOX, &[LEASE, &at_most.to_string()]).await?;
        Ok(queued.outbox)
    }

    /// Forgets items that are done.
    ///
    /// # Errors
    /// When the database cannot be used; the items are then done once more, later.
    pub async fn settle_outbox(&self, done: &[u64]) -> Result<(), StoreError> {
        let places = serde_json::to_string(done)?;
        self.sql.run_text(&SETTLE_OUTBOX, &[&places]).await?;
        Ok(())
    }

    /// How much waits.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn outbox_age(&self) -> Result<OutboxAge, StoreError> {
        Ok(self.sql.run(&OUTBOX_AGE, &[]).await?)
    }

    /// Forgets idempotency keys from before one instant, and what tasks said that were deleted before another; some at a time.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn forget(
        &self,
        keys_before: DateTime<Utc>,
        deleted_before: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let params = [&*keys_before.to_rfc3339(), &*deleted_before.to_rfc3339()];
        self.sql.run_text(&FORGET, &params).await?;
        Ok(())
    }
}
