//! What this service is configured with, beside [`todo_service_kit::BaseConfig`], the token policy, its issuer and the rate limits.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `PUBSUB_NAME` | pub/sub component that events are published to | `events` |
//! | `TOPIC_TASK_EVENTS`, `TOPIC_TASK_UPDATES`, `TOPIC_REMINDERS` | names of the topics there | their roles |
//! | `TASKS_BINDING` | PostgreSQL binding | `tasks-db` |
//! | `STATE_STORE` | state store of conversations | `state` |
//! | `SECRET_STORE`, `JWT_SECRET_KEY` | where the token secret is | `secrets`, `jwt-secret` |
//! | `DEV_LOGIN` | whether anybody may sign in under any name | `false` |
//! | `WEBSOCKET_URL` | where the page finds the websocket service | `/ws` of the page's own host |
//! | `DEFAULT_ZONE` | zone of users who set none | `UTC` |
//! | `LLM_COMPONENT`, `LLM_TIMEOUT_SECONDS` | conversation component that answers in the chat, and how long it may take | none, 20 |
//! | `MCP_ALLOWED_HOSTS`, `MCP_ALLOWED_ORIGINS` | what `Host` and `Origin` of an agent's request may say | this machine, none |
//! | `AUDIT_APP_ID`, `NOTIFICATION_APP_ID` | services behind the history and the preferences | `audit`, `notification` |

use todo_events::Topic;
use todo_recurrence::Zone;
use todo_service_kit::{
    FromEnv, Reader,
    auth::{IssuerConfig, TokenPolicy},
    limit::LimitConfig,
};

use crate::{chat::ModelConfig, mcp::McpConfig, relay::Topics};

/// Configuration of this service.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where events go.
    pub topics: Topics,
    /// PostgreSQL binding component.
    pub tasks_binding: String,
    /// State store component.
    pub state_store: String,
    /// Secret store component.
    pub secret_store: String,
    /// Key of the token secret in it.
    pub jwt_secret: String,
    /// What tokens must say.
    pub token_policy: TokenPolicy,
    /// Who signs them beside the secret.
    pub issuer: Option<IssuerConfig>,
    /// How much a user may ask for.
    pub limits: LimitConfig,
    /// Whether anybody may sign in under any name.
    pub dev_login: bool,
    /// Where the page finds the websocket service.
    pub websocket_url: Option<String>,
    /// Zone of users who set none.
    pub default_zone: Zone,
    /// The model that answers in the chat, if one does.
    pub model: Option<ModelConfig>,
    /// Under which names agents reach us.
    pub mcp: McpConfig,
    /// App-id of the audit service.
    pub audit: String,
    /// App-id of the notification service.
    pub notification: String,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        let topics = Topics {
            pubsub: reader.or("PUBSUB_NAME", "events"),
            task_events: reader.or("TOPIC_TASK_EVENTS", Topic::TaskEvents.name()),
            task_updates: reader.or("TOPIC_TASK_UPDATES", Topic::TaskUpdates.name()),
            reminders: reader.or("TOPIC_REMINDERS", Topic::Reminders.name()),
        };
        Self {
            topics,
            tasks_binding: reader.or("TASKS_BINDING", "tasks-db"),
            state_store: reader.or("STATE_STORE", "state"),
            secret_store: reader.or("SECRET_STORE", "secrets"),
            jwt_secret: reader.or("JWT_SECRET_KEY", "jwt-secret"),
            token_policy: TokenPolicy::read(reader),
            issuer: IssuerConfig::read(reader),
            limits: LimitConfig::read(reader),
            dev_login: reader.parsed_or("DEV_LOGIN", false),
            websocket_url: reader.optional("WEBSOCKET_URL"),
            default_zone: reader.parsed_or("DEFAULT_ZONE", Zone::utc()),
            model: ModelConfig::read(reader),
            mcp: McpConfig::read(reader),
            audit: reader.or("AUDIT_APP_ID", "audit"),
            notification: reader.or("NOTIFICATION_APP_ID", "notification"),
        }
    }
}
