//! What notification is configured with, beside what all services share.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `NOTIFICATION_DB_BINDING` | `bindings.postgresql` component | `notification-db` |
//! | `PUBSUB_NAME` | component that notifications are published to | `events` |
//! | `TOPIC_NOTIFICATIONS` | their topic | `notifications` |
//! | `EMAIL_BINDING` | `bindings.smtp` component; unset: no mail is sent | none |
//! | `EMAIL_FROM` | sender of mail | must be set with `EMAIL_BINDING` |
//! | `WEBHOOK_BINDING` | `bindings.http` component; unset: no webhook is called | none |

use todo_dapr::Destination;
use todo_events::Topic;
use todo_service_kit::{FromEnv, Reader};

use crate::domain::EmailAddress;

/// Names of components and topics, and which channels there are.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database's binding.
    pub database: String,
    /// Where notifications are published.
    pub notifications: Destination,
    /// How mail is sent, if it is.
    pub email: Option<EmailConfig>,
    /// The webhook's binding, if there is a webhook.
    pub webhook: Option<String>,
}

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct EmailConfig {
    /// The binding.
    pub binding: String,
    /// The sender.
    pub from: EmailAddress,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        let notifications = Destination {
            pubsub: reader.or("PUBSUB_NAME", "events"),
            topic: reader.or("TOPIC_NOTIFICATIONS", Topic::Notifications.name()),
        };
        Self {
            database: reader.or("NOTIFICATION_DB_BINDING", "notification-db"),
            notifications,
            email: email(reader),
            webhook: reader.optional("WEBHOOK_BINDING"),
        }
    }
}

fn email(reader: &mut Reader) -> Option<EmailConfig> {
    let from = reader.parsed_optional::<EmailAddress>("EMAIL_FROM");
    let binding = reader.optional("EMAIL_BINDING")?;
    if from.is_none() {
        reader.fault("EMAIL_FROM", "must be an e-mail address when EMAIL_BINDING is set");
    }
    Some(EmailConfig { binding, from: from? })
}
