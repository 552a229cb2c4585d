#![doc = include_str!("../README.md")]

mod envelope;
mod error;
mod ids;
mod instant;
mod notification;
mod reminder;
mod task;
mod task_event;
mod topic;

pub use envelope::{Event, EventKind};
pub use error::{InvalidValue, UnreadableEvent};
pub use ids::{
    CorrelationId, EventId, ReminderId, Revision, Sequence, SeriesId, TaskId, TaskNumber, UserId,
};
pub use notification::{Notification, NotificationKind};
pub use reminder::ReminderDue;
pub use task::{
    Actor, Channel, Due, Priority, Recurrence, ReminderSpec, ScheduledReminder, Status, Task,
};
pub use task_event::{TaskChange, TaskEvent, TaskUpdate};
pub use topic::Topic;

/// Version of every payload in this crate; a breaking change gets a new `cloudevent.type` instead.
pub const SCHEMA_VERSION: u32 = 1;
