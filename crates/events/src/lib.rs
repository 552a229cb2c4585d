#![doc = include_str!("../README.md")]

mod due;
mod envelope;
mod error;
mod ids;
mod instant;
mod notification;
mod reminder;
mod reminder_spec;
mod said;
mod task;
mod task_event;
mod topic;

pub use due::Due;
pub use envelope::{Event, EventKind};
pub use error::{InvalidValue, UnreadableEvent};
pub use ids::{
    CorrelationId, EventId, ReminderId, Revision, Sequence, SeriesId, TaskId, TaskNumber, UserId,
};
pub use notification::{Notification, NotificationKind};
pub use reminder::ReminderDue;
pub use reminder_spec::ReminderSpec;
pub use task::{Actor, Channel, Priority, Recurrence, ScheduledReminder, Status, Task};
pub use task_event::{TaskChange, TaskEvent, TaskUpdate};
pub use topic::Topic;

/// Version of every payload in this crate; a breaking change gets a new `cloudevent.type` instead.
pub const SCHEMA_VERSION: u32 = 1;
