//! One entry of the trail, made from any event of the suite.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use todo_dapr::CloudEvent;
use todo_events::{
    Actor, Event, EventId, Notification, ReminderDue, Revision, TaskEvent, TaskId, UnreadableEvent,
};
use uuid::Uuid;

use super::FieldChange;

/// What happened, to what, when and through which door: one line of the log, one row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it happened, as the event says.
    pub time: DateTime<Utc>,
    /// The event's id: what makes a second delivery of it harmless.
    pub event_id: EventId,
    /// `created`, `updated`, `completed`, `deleted`, `due` or `raised`; of a type that this release does not know, the
    /// whole CloudEvent type.
    pub event_type: String,
    /// The topic by its role, such as `task-events`.
    pub topic: Cow<'static, str>,
    /// Whose; empty when an event of an unknown type names nobody.
    pub user_id: String,
    /// The task it is about.
    pub task_id: Option<TaskId>,
    /// The task's revision after it.
    pub revision: Option<Revision>,
    /// Through which door a task was changed.
    pub actor: Option<String>,
    /// Names of the fields that changed.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What they said before and say since; empty where the event does not tell.
    #[serde(default)]
    pub diff: Vec<FieldChange>,
    /// The request it came from.
    pub correlation_id: Option<String>,
    /// The task's title, or the notification's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// An entry with the payload it was made from.
#[derive(Debug, Clone, Serialize)]
pub struct Recorded {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// The payload as it came.
    pub data: Box<RawValue>,
    /// Whether the type is one of a newer release, or of somebody else.
    #[serde(skip)]
    pub unknown: bool,
}

impl Recorded {
    /// Makes the entry of a delivered event. One of an unknown type is kept as well, with what can be read of it: a
    /// trail that leaves out what it does not know yet proves little. It happened at `now` when it does not say when.
    ///
    /// # Errors
    /// When the type is known and the payload does not have its shape.
    pub fn of(
        topic: &'static str,
        event: &CloudEvent,
        now: DateTime<Utc>,
    ) -> Result<Self, UnreadableEvent> {
        let read = Event::read(&event.kind, &event.data)?;
        let unknown = matches!(read, Event::TaskUpdate(_) | Event::Probe | Event::Unknown);
        let entry = match read {
            Event::Task(task) => of_task(*task, &event.data),
            Event::Reminder(reminder) => of_reminder(*reminder),
            Event::Notification(notification) => of_notification(*notification),
            // Updates and probes are for open clients; nobody asks us to keep them.
            Event::TaskUpdate(_) | Event::Probe | Event::Unknown => of_unknown(topic, event, now),
        };
        let entry = Entry { topic: Cow::Borrowed(topic), ..entry };
        Ok(Self { entry, data: event.data.clone(), unknown })
    }
}

fn of_task(event: TaskEvent, data: &RawValue) -> Entry {
    Entry {
        revision: Some(event.revision),
        actor: Some(word(event.actor)),
        diff: FieldChange::of(&event.changes, data),
        changes: event.changes,
        correlation_id: Some(event.correlation_id.into()),
        title: Some(event.task_data.title),
        ..bare(
            event.event_id,
            event.event_type.as_str(),
            event.timestamp,
            event.user_id.into(),
            event.task_id,
        )
    }
}

fn of_reminder(reminder: ReminderDue) -> Entry {
    let (id, user) = (reminder.event_id, reminder.user_id.into());
    Entry {
        correlation_id: Some(reminder.correlation_id.into()),
        title: Some(reminder.title),
        ..bare(id, "due", reminder.timestamp, user, reminder.task_id)
    }
}

fn of_notification(notification: Notification) -> Entry {
    let (id, user) = (notification.event_id, notification.user_id.into());
    Entry {
        title: Some(notification.title),
        ..bare(id, "raised", notification.timestamp, user, notification.task_id)
    }
}

fn bare(
    event_id: EventId,
    event_type: &str,
    time: DateTime<Utc>,
    user_id: String,
    task_id: TaskId,
) -> Entry {
    Entry {
        time,
        event_id,
        event_type: event_type.to_owned(),
        topic: Cow::Borrowed(""),
        user_id,
        task_id: Some(task_id),
        revision: None,
        actor: None,
        changes: Vec::new(),
        diff: Vec::new(),
        correlation_id: None,
        title: None,
    }
}

fn word(actor: Actor) -> String {
    match actor {
        Actor::Chat => "chat",
        Actor::Api => "api",
        Actor::Mcp => "mcp",
        Actor::Recurring => "recurring",
    }
    .to_owned()
}

/// What a payload of an unknown type may have in common with the known ones; anything else is left unread.
fn of_unknown(topic: &str, event: &CloudEvent, now: DateTime<Utc>) -> Entry {
    let data: serde_json::Value = serde_json::from_str(event.data.get()).unwrap_or_default();
    let text = |name: &str| data.get(name).and_then(serde_json::Value::as_str);
    let own = |name: &str| text(name).map(str::to_owned);
    Entry {
        time: text("timestamp").and_then(|t| t.parse().ok()).unwrap_or(now),
        event_id: unknown_id(topic, &event.id),
        event_type: event.kind.clone(),
        topic: Cow::Borrowed(""),
        user_id: own("user_id").unwrap_or_default(),
        task_id: text("task_id").and_then(|id| id.parse().ok()),
        revision: data.get("revision").and_then(serde_json::Value::as_u64).map(Revision),
        actor: own("actor"),
        changes: Vec::new(),
        diff: Vec::new(),
        correlation_id: own("correlation_id"),
        title: own("title"),
    }
}

/// A CloudEvent id may be any text (CloudEvents 1.0 §3.1.1); one that is no UUID gets one that follows from it.
fn unknown_id(topic: &str, id: &str) -> EventId {
    id.parse()
        .unwrap_or_else(|_| EventId::from(Uuid::NAMESPACE_URL).derive(&format!("{topic}/{id}")))
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
