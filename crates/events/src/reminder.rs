//! A reminder that is due.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Channel, CorrelationId, EventId, ReminderId, TaskId, UserId};

/// Payload of `reminders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderDue {
    /// See [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The same on every delivery.
    pub event_id: EventId,
    /// The task to remind of.
    pub task_id: TaskId,
    /// The reminder.
    pub reminder_id: ReminderId,
    /// The task's title.
    pub title: String,
    /// When the task is due, if it is at all.
    pub due_at: Option<DateTime<Utc>>,
    /// When the reminder was meant to come.
    pub remind_at: DateTime<Utc>,
    /// Whom to remind.
    pub user_id: UserId,
    /// How.
    pub notification_type: Channel,
    /// How late it was published, in milliseconds.
    pub late_by_ms: u64,
    /// When it was published.
    pub timestamp: DateTime<Utc>,
    /// Ties it to what follows.
    pub correlation_id: CorrelationId,
}
