//! From an event to the sockets of its user.
//!
//! Every replica gets every event, and most are of users who are connected elsewhere or not at all. So only the
//! addressee is read at first. Both routes take both kinds of events: the type says what an event is, not the path.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use todo_dapr::{CloudEvent, Delivery};
use todo_events::{
    Actor, Event, EventKind, Notification, Revision, Sequence, TaskChange, TaskId, Topic, UserId,
};
use todo_service_kit::telemetry::record_event;

use crate::{App, hub::Hub, metrics, protocol::ServerFrame};

/// Sends an event to the sockets of its user; it never waits for one of them.
pub(crate) async fn deliver(app: App, event: CloudEvent) -> Delivery {
    let handled = if EventKind::parse(&event.kind) == EventKind::Probe {
        app.presence.arrived(&event).map_err(|source| unreadable(&event, source))
    } else {
        fan_out(&app.hub, &event, app.kit.clock.now())
    };
    match handled {
        Ok(()) => Delivery::Success,
        Err(error) => Delivery::drop(&error),
    }
}

/// An event that no replica can ever send.
#[derive(Debug, thiserror::Error)]
enum Unsendable {
    #[error("event {id} of type {kind} cannot be read")]
    Unreadable { id: String, kind: String, source: serde_json::Error },
    #[error(transparent)]
    Misshapen(#[from] todo_events::UnreadableEvent),
}

fn unreadable(event: &CloudEvent, source: serde_json::Error) -> Unsendable {
    Unsendable::Unreadable { id: event.id.clone(), kind: event.kind.clone(), source }
}

fn fan_out(hub: &Hub, event: &CloudEvent, now: DateTime<Utc>) -> Result<(), Unsendable> {
    let kind = EventKind::parse(&event.kind);
    let unreadable = |source| unreadable(event, source);
    if !matches!(kind, EventKind::TaskUpdate(_) | EventKind::NotificationRaised) {
        metrics::unknown();
        return Ok(());
    }
    let Addressee { user_id } = serde_json::from_str(event.data.get()).map_err(unreadable)?;
    if !hub.knows(&user_id) {
        metrics::unheard();
        return Ok(());
    }
    if kind == EventKind::NotificationRaised {
        if let Event::Notification(notification) = Event::read(&event.kind, &event.data)? {
            send_notification(hub, &notification).map_err(unreadable)?;
            record_event(Topic::Notifications.name(), notification.timestamp, now);
        }
        return Ok(());
    }
    let update: Update<'_> = serde_json::from_str(event.data.get()).map_err(unreadable)?;
    send_task(hub, &update).map_err(unreadable)?;
    record_event(Topic::TaskUpdates.name(), update.timestamp, now);
    Ok(())
}

/// Whom an event is for.
#[derive(Deserialize)]
struct Addressee<'a> {
    #[serde(borrow)]
    user_id: Cow<'a, str>,
}

/// A [`todo_events::TaskUpdate`] whose task is handed on as it is.
#[derive(Deserialize)]
struct Update<'a> {
    event_type: TaskChange,
    task_id: TaskId,
    user_id: UserId,
    revision: Revision,
    sequence: Sequence,
    actor: Actor,
    timestamp: DateTime<Utc>,
    #[serde(borrow)]
    task_data: &'a RawValue,
}

fn send_task(hub: &Hub, update: &Update<'_>) -> Result<(), serde_json::Error> {
    let frame = ServerFrame::Task {
        event_type: update.event_type,
        task_id: update.task_id,
        revision: update.revision,
        sequence: update.sequence,
        actor: update.actor,
        task: update.task_data,
    };
    hub.publish_task(&update.user_id, update.sequence, frame.to_text()?);
    Ok(())
}

fn send_notification(hub: &Hub, notification: &Notification) -> Result<(), serde_json::Error> {
    let frame = ServerFrame::Notification {
        id: notification.event_id,
        kind: notification.kind,
        title: &notification.title,
        body: &notification.body,
        task_id: notification.task_id,
        late_by_ms: notification.late_by_ms,
        timestamp: notification.timestamp,
    };
    hub.publish_notification(&notification.user_id, notification.event_id, frame.to_text()?);
    Ok(())
}
