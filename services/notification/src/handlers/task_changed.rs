//! A task changed; worth telling only when somebody else did it.

use todo_dapr::{CloudEvent, Delivery};
use todo_events::{Event, Topic};
use uuid::Uuid;

use super::tell::{self, Work};
use crate::{
    app::App,
    domain::{Door, Story},
    ledger::Claim,
};

/// Tells a change through a door that the user wants to hear of. Most changes are the user's own and cost no call.
pub(crate) async fn task_changed(app: App, event: CloudEvent) -> Delivery {
    let read = Event::read(&event.kind, &event.data);
    let then = match &read {
        Ok(Event::TaskUpdate(update)) => Some(update.timestamp),
        _ => None,
    };
    let work = match read {
        Err(error) => Work::Unreadable(error),
        Ok(Event::TaskUpdate(update)) => match Door::of(update.actor) {
            None => Work::Unwanted,
            Some(door) => Work::Tell(Box::new(Claim {
                event_id: update.event_id,
                user_id: update.user_id.clone(),
                extra: None,
                fallback: None,
                holds: false,
                actor: Some(door.as_str()),
                claim: Uuid::new_v4(),
                story: Story::of_update(*update),
            })),
        },
        Ok(Event::Probe) => Work::Unwanted,
        Ok(_) => Work::Unknown,
    };
    tell::settle(&app, Topic::TaskUpdates, then, work).await
}
