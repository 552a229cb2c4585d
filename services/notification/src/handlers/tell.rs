//! What both kinds of events have in common: ledger, push, answer.

use chrono::{DateTime, Utc};
use todo_dapr::Delivery;
use todo_events::{Channel, Topic, UnreadableEvent};
use todo_service_kit::telemetry::record_event;

use crate::{
    app::App,
    ledger::{Claim, Claimed, State},
    metrics::{self, Outcome},
};

/// What an event asks for.
pub(super) enum Work {
    /// Something to tell.
    Tell(Box<Claim>),
    /// Nothing that anybody wants to hear.
    Unwanted,
    /// A type that does not belong here.
    Unknown,
    /// A payload that is not what its type says.
    Unreadable(UnreadableEvent),
}

/// Does the work and answers the sidecar. Once a story is on the ledger the event is acknowledged, whatever becomes of
/// the telling: the sweep goes on from there, and the events behind it do not wait. The event tells of something of `then`.
pub(super) async fn settle(
    app: &App,
    topic: Topic,
    then: Option<DateTime<Utc>>,
    work: Work,
) -> Delivery {
    let (outcome, delivery) = match work {
        Work::Unwanted => (Outcome::Unwanted, Delivery::Success),
        Work::Unknown => (Outcome::Unknown, Delivery::Success),
        Work::Unreadable(error) => (Outcome::Unreadable, Delivery::drop(&error)),
        Work::Tell(claim) => match app.claiming.ask(claim).await {
            Ok(claimed) => (tell(app, claimed), Delivery::Success),
            Err(error) => {
                app.database.failed();
                (Outcome::Failed, Delivery::retry(&error))
            }
        },
    };
    metrics::event(topic, outcome);
    if let (Some(then), Delivery::Success) = (then, &delivery) {
        record_event(topic.name(), then, app.clock.now());
    }
    delivery
}

fn tell(app: &App, claimed: Claimed) -> Outcome {
    if !claimed.wanted {
        return Outcome::Unwanted;
    }
    if claimed.rows.is_empty() {
        return Outcome::Duplicate;
    }
    for row in claimed.rows.into_iter().filter(|row| row.state == State::Pending) {
        match row.channel {
            Channel::Push => app.push.tell(row),
            Channel::Email => app.email.wake(),
            Channel::Webhook => app.webhook.wake(),
        }
    }
    Outcome::Claimed
}
