//! An event for the trail.

use std::sync::Arc;

use todo_dapr::{CloudEvent, Delivery};
use todo_events::{EventKind, Topic};
use todo_service_kit::telemetry::record_event;

use crate::{
    app::App,
    domain::Recorded,
    metrics::{self, Outcome},
};

/// Stores the event once and prints its line. Order does not matter: entries carry their own time.
pub(crate) async fn record(app: App, topic: Topic, event: CloudEvent) -> Delivery {
    let (outcome, delivery) = store(&app, topic, &event).await;
    metrics::event(topic, outcome);
    delivery
}

async fn store(app: &App, topic: Topic, event: &CloudEvent) -> (Outcome, Delivery) {
    if EventKind::parse(&event.kind) == EventKind::Probe {
        return (Outcome::Probe, Delivery::Success);
    }
    let recorded = match Recorded::of(topic.name(), event, app.clock.now()) {
        Ok(recorded) => Arc::new(recorded),
        Err(error) => return (Outcome::Unreadable, Delivery::drop(&error)),
    };
    match app.recording.ask(Arc::clone(&recorded)).await {
        Ok(true) => {
            record_event(topic.name(), recorded.entry.time, app.clock.now());
            app.trail.print(&recorded.entry);
            let outcome = if recorded.unknown { Outcome::Unknown } else { Outcome::Stored };
            (outcome, Delivery::Success)
        }
        Ok(false) => (Outcome::Duplicate, Delivery::Success),
        Err(error) => {
            app.database.failed();
            (Outcome::Failed, Delivery::retry(&error))
        }
    }
}
