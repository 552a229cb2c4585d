//! What there is to tell, kept in the ledger until it is told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_events::{
    Actor, Channel, EventId, Notification, NotificationKind, ReminderDue, ReminderId,
    SCHEMA_VERSION, TaskChange, TaskId, TaskUpdate, UserId,
};

use super::wording;

/// A hold-up shorter than this, in milliseconds, is not called late.
const NOTICEABLE_MS: u64 = 1000;

/// The facts behind a notification. Its text is made when it is told, because "due in an hour" ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// The task it is about.
    pub task_id: TaskId,
    /// The task's title.
    pub title: String,
    /// When the task is due.
    pub due_at: Option<DateTime<Utc>>,
    /// How the user asked to be told.
    pub wanted: Channel,
    /// Why there is something to tell.
    #[serde(flatten)]
    pub cause: Cause,
}

/// Why there is something to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A reminder is due.
    Reminder {
        /// The reminder.
        reminder_id: ReminderId,
        /// When it was meant to come.
        remind_at: DateTime<Utc>,
        /// How late it was already when it came here, in milliseconds.
        late_by_ms: u64,
    },
    /// Somebody else changed the task.
    Change {
        /// What happened.
        change: TaskChange,
        /// Who did it.
        actor: Actor,
    },
}

impl Story {
    /// The story of a reminder.
    pub fn of_reminder(reminder: ReminderDue) -> Self {
        Self {
            task_id: reminder.task_id,
            title: reminder.title,
            due_at: reminder.due_at,
            wanted: reminder.notification_type,
            cause: Cause::Reminder {
                reminder_id: reminder.reminder_id,
                remind_at: reminder.remind_at,
                late_by_ms: reminder.late_by_ms,
            },
        }
    }

    /// The story of a change; it is told by push alone.
    pub fn of_update(update: TaskUpdate) -> Self {
        Self {
            task_id: update.task_id,
            title: update.task_data.title,
            due_at: update.task_data.due_at,
            wanted: Channel::Push,
            cause: Cause::Change { change: update.event_type, actor: update.actor },
        }
    }

    /// How late a reminder is at `now`, in milliseconds: what it was when it came, or more after a hold-up here.
    pub fn late_by_ms(&self, now: DateTime<Utc>) -> u64 {
        match &self.cause {
            Cause::Reminder { remind_at, late_by_ms, .. } => {
                let since = u64::try_from((now - remind_at).num_milliseconds()).unwrap_or(0);
                if since >= late_by_ms + NOTICEABLE_MS { since } else { *late_by_ms }
            }
            Cause::Change { .. } => 0,
        }
    }

    /// The notification that follows from the event `source`: the same id however often it is told. `channel` is how
    /// it is told in the end.
    pub fn notification(
        &self,
        source: EventId,
        user_id: UserId,
        channel: Channel,
        now: DateTime<Utc>,
    ) -> Notification {
        let late_by_ms = self.late_by_ms(now);
        let (kind, reminder_id) = match &self.cause {
            Cause::Reminder { reminder_id, .. } => (NotificationKind::Reminder, Some(*reminder_id)),
            Cause::Change { .. } => (NotificationKind::Change, None),
        };
        Notification {
            schema_version: SCHEMA_VERSION,
            event_id: source.derive("notification"),
            user_id,
            kind,
            channel,
            title: self.title.clone(),
            body: self.body(late_by_ms, now),
            task_id: self.task_id,
            reminder_id,
            timestamp: now,
            late_by_ms,
        }
    }

    /// What is said at `now` of a reminder that was told so late, or of a change.
    pub fn body(&self, late_by_ms: u64, now: DateTime<Utc>) -> String {
        match &self.cause {
            Cause::Reminder { .. } => wording::reminder(self.due_at, late_by_ms, now),
            Cause::Change { change, actor } => wording::change(*actor, *change, self.due_at, now),
        }
    }
}

#[cfg(test)]
#[path = "story_tests.rs"]
mod tests;
