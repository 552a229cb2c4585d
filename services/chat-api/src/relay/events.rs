//! The events of an outbox item.

use serde::Deserialize;
use todo_dapr::OutgoingEvent;
use todo_events::{EventId, EventKind, Topic, UserId};

use crate::store::{Change, ChangeEvent, ItemKind, OutboxItem};

#[derive(Deserialize)]
struct ReminderHead {
    event_id: EventId,
}

/// What an item publishes, and where; of a job, nothing.
pub(super) fn events_of(
    item: &OutboxItem,
) -> Result<Vec<(Topic, OutgoingEvent)>, Box<dyn std::error::Error + Send + Sync>> {
    match item.kind {
        ItemKind::Change => {
            let user: UserId = item.key.parse()?;
            let change: Change = serde_json::from_str(item.payload.get())?;
            Ok(vec![
                (Topic::TaskEvents, outgoing(change.task_event(&user)?)),
                (Topic::TaskUpdates, outgoing(change.task_update(&user)?)),
            ])
        }
        ItemKind::Reminder => {
            let head: ReminderHead = serde_json::from_str(item.payload.get())?;
            let event = ChangeEvent {
                id: head.event_id,
                kind: EventKind::ReminderDue,
                key: item.key.clone(),
                payload: item.payload.clone(),
            };
            Ok(vec![(Topic::Reminders, outgoing(event))])
        }
        ItemKind::ScheduleJob | ItemKind::CancelJob => Ok(Vec::new()),
    }
}

fn outgoing(event: ChangeEvent) -> OutgoingEvent {
    OutgoingEvent {
        id: event.id.to_string(),
        kind: event.kind.cloudevent_type(),
        partition_key: event.key,
        data: event.payload,
    }
}
