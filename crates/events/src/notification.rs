//! What a user is told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Channel, EventId, ReminderId, TaskId, UserId};

/// Why a user is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A reminder is due.
    Reminder,
    /// An agent or a repeat changed a task.
    Change,
}

/// Payload of `notifications`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// See [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The same on every delivery; clients show an id once.
    pub event_id: EventId,
    /// Whom to tell.
    pub user_id: UserId,
    /// Why.
    pub kind: NotificationKind,
    /// How it was told.
    pub channel: Channel,
    /// One line.
    pub title: String,
    /// A little more; plain text.
    pub body: String,
    /// The task it is about.
    pub task_id: TaskId,
    /// The reminder behind it, if one is.
    #[serde(default)]
    pub reminder_id: Option<ReminderId>,
    /// When it was raised.
    pub timestamp: DateTime<Utc>,
    /// How late the reminder was, in milliseconds.
    #[serde(default)]
    pub late_by_ms: u64,
}
