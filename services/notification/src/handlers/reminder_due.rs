//! A reminder is due.

use todo_dapr::{CloudEvent, Delivery};
use todo_events::{Channel, Event, Topic};
use uuid::Uuid;

use super::tell::{self, Work};
use crate::{
    app::{App, Channels},
    domain::Story,
    ledger::Claim,
};

/// Tells a reminder once: on the ledger first, then by push, then the courier of the channel the user asked for.
pub(crate) async fn reminder_due(app: App, event: CloudEvent) -> Delivery {
    let read = Event::read(&event.kind, &event.data);
    let then = match &read {
        Ok(Event::Reminder(reminder)) => Some(reminder.timestamp),
        _ => None,
    };
    let work = match read {
        Err(error) => Work::Unreadable(error),
        Ok(Event::Reminder(reminder)) => {
            let (extra, fallback) = route(app.channels, reminder.notification_type);
            Work::Tell(Box::new(Claim {
                event_id: reminder.event_id,
                user_id: reminder.user_id.clone(),
                extra,
                fallback,
                holds: true,
                actor: None,
                claim: Uuid::new_v4(),
                story: Story::of_reminder(*reminder),
            }))
        }
        Ok(_) => Work::Unknown,
    };
    tell::settle(&app, Topic::Reminders, then, work).await
}

/// The channel beside push, or why there is none.
fn route(channels: Channels, wanted: Channel) -> (Option<Channel>, Option<&'static str>) {
    match wanted {
        Channel::Push => (None, None),
        Channel::Email if channels.email => (Some(Channel::Email), None),
        Channel::Email => (None, Some("mail is not set up")),
        Channel::Webhook if channels.webhook => (Some(Channel::Webhook), None),
        Channel::Webhook => (None, Some("the webhook is not set up")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_that_is_not_there_falls_back_and_says_why() {
        let none = Channels { email: false, webhook: false };
        let all = Channels { email: true, webhook: true };
        for wanted in [Channel::Email, Channel::Webhook] {
            assert_eq!(route(all, wanted), (Some(wanted), None));
            assert!(matches!(route(none, wanted), (None, Some(_))));
        }
        assert_eq!(route(none, Channel::Push), (None, None));
    }
}
