//! From a CloudEvent type to a payload: by reading the type, never by trying shapes.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::{Notification, ReminderDue, TaskChange, TaskEvent, TaskUpdate, UnreadableEvent};

/// The CloudEvent type (`type` attribute) of an event of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// `todo.task.*.v1`
    Task(TaskChange),
    /// `todo.task-update.*.v1`
    TaskUpdate(TaskChange),
    /// `todo.reminder.due.v1`
    ReminderDue,
    /// `todo.notification.raised.v1`
    NotificationRaised,
    /// `todo.probe.v1`: a reader's way to learn that it hears a partition. It is about nothing, and of no concern to others.
    Probe,
    /// A type of a newer release, or of somebody else: acknowledged and counted.
    Unknown,
}

const CHANGES: [TaskChange; 4] =
    [TaskChange::Created, TaskChange::Updated, TaskChange::Completed, TaskChange::Deleted];

impl EventKind {
    /// Reads a CloudEvent type.
    pub fn parse(text: &str) -> Self {
        match text {
            "todo.reminder.due.v1" => Self::ReminderDue,
            "todo.notification.raised.v1" => Self::NotificationRaised,
            "todo.probe.v1" => Self::Probe,
            _ => Self::parse_change(text).unwrap_or(Self::Unknown),
        }
    }

    /// The type as text: what [`EventKind::parse`] reads.
    pub fn cloudevent_type(self) -> String {
        match self {
            Self::Task(change) => format!("todo.task.{}.v1", change.as_str()),
            Self::TaskUpdate(change) => format!("todo.task-update.{}.v1", change.as_str()),
            Self::ReminderDue => "todo.reminder.due.v1".into(),
            Self::NotificationRaised => "todo.notification.raised.v1".into(),
            Self::Probe => "todo.probe.v1".into(),
            Self::Unknown => "unknown".into(),
        }
    }

    fn parse_change(text: &str) -> Option<Self> {
        let name = text.strip_prefix("todo.")?.strip_suffix(".v1")?;
        let (subject, word) = name.split_once('.')?;
        let change = CHANGES.into_iter().find(|change| change.as_str() == word)?;
        match subject {
            "task" => Some(Self::Task(change)),
            "task-update" => Some(Self::TaskUpdate(change)),
            _ => None,
        }
    }
}

/// A payload chosen by its CloudEvent type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// From `task-events`.
    Task(Box<TaskEvent>),
    /// From `task-updates`.
    TaskUpdate(Box<TaskUpdate>),
    /// From `reminders`.
    Reminder(Box<ReminderDue>),
    /// From `notifications`.
    Notification(Box<Notification>),
    /// From `task-updates` and `notifications`: nothing to read.
    Probe,
    /// A type that this release does not know.
    Unknown,
}

impl Event {
    /// Reads the payload that a CloudEvent type promises.
    ///
    /// # Errors
    /// When the type is known and the data does not have its shape.
    pub fn read(kind: &str, data: &RawValue) -> Result<Self, UnreadableEvent> {
        fn payload<T: DeserializeOwned>(
            kind: &str,
            data: &RawValue,
        ) -> Result<Box<T>, UnreadableEvent> {
            serde_json::from_str(data.get())
                .map(Box::new)
                .map_err(|source| UnreadableEvent { kind: kind.to_owned(), source })
        }
        match EventKind::parse(kind) {
            EventKind::Task(_) => payload(kind, data).map(Self::Task),
            EventKind::TaskUpdate(_) => payload(kind, data).map(Self::TaskUpdate),
            EventKind::ReminderDue => payload(kind, data).map(Self::Reminder),
            EventKind::NotificationRaised => payload(kind, data).map(Self::Notification),
            EventKind::Probe => Ok(Self::Probe),
            EventKind::Unknown => Ok(Self::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_whole_or_not_at_all() {
        assert_eq!(EventKind::parse("todo.task.created.v1"), EventKind::Task(TaskChange::Created));
        assert_eq!(
            EventKind::parse("todo.task-update.deleted.v1"),
            EventKind::TaskUpdate(TaskChange::Deleted)
        );
        assert_eq!(EventKind::parse(&EventKind::Probe.cloudevent_type()), EventKind::Probe);
        for unknown in ["", "todo.task.created.v2", "todo.task.created", "todo.task.archived.v1"] {
            assert_eq!(EventKind::parse(unknown), EventKind::Unknown, "{unknown}");
        }
    }
}
