//! What this service is configured with, beside [`todo_service_kit::BaseConfig`], the token policy and its issuer.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `SECRET_STORE`, `JWT_SECRET_KEY` | where the token secret is | `secrets`, `jwt-secret` |
//! | `BROADCAST_PUBSUB_NAME` | the component whose consumer group is this replica's own | `broadcast` |
//! | `TOPIC_TASK_UPDATES`, `TOPIC_NOTIFICATIONS` | its topics | `task-updates`, `notifications` |
//! | `BROADCAST_PARTITIONS` | partitions of each of them; 0 takes clients in before all are heard | 8 |
//! | `ALLOWED_ORIGINS` | origins that may open sockets, with commas between; any when unset | |
//! | `MAX_SOCKETS`, `MAX_SOCKETS_PER_USER` | most open sockets | 20000, 20 |
//! | `QUEUE_FRAMES` | frames that may wait for one socket | 64 |
//! | `HISTORY_FRAMES`, `HISTORY_BYTES` | what is kept of one user, for `resume` | 256, 262144 |
//! | `HISTORY_TOTAL_BYTES` | what is kept of all users | 67108864 |
//! | `PARKED_USERS`, `PARKED_SECONDS` | users without a socket of whom it is kept, and how long | 10000, 900 |
//! | `PING_SECONDS`, `PONG_SECONDS` | pause before a ping, and how long the pong may take | 25, 10 |
//! | `WRITE_SECONDS` | how long one frame may take to leave | 10 |
//! | `CLIENT_FRAMES_PER_SECOND` | frames that a client may send | 5 |

use std::time::Duration;

use todo_events::Topic;
use todo_service_kit::{
    FromEnv, Reader,
    auth::{IssuerConfig, TokenPolicy},
};

use crate::{
    hub::{HistoryLimits, HubLimits},
    session::SessionLimits,
};

/// What every replica hears.
#[derive(Debug, Clone)]
pub struct Broadcast {
    /// Pub/sub component.
    pub pubsub: String,
    /// Its topics.
    pub topics: Vec<String>,
    /// Partitions of each topic.
    pub partitions: u32,
}

/// Configuration of this service.
#[derive(Debug, Clone)]
pub struct Config {
    /// What every replica hears.
    pub broadcast: Broadcast,
    /// Dapr secret store component.
    pub secret_store: String,
    /// Key of the token secret in it.
    pub jwt_secret: String,
    /// What tokens must say.
    pub token_policy: TokenPolicy,
    /// Who signs them beside the secret.
    pub issuer: Option<IssuerConfig>,
    /// Origins that may open sockets; any when empty.
    pub allowed_origins: Vec<String>,
    /// Bounds of the hub.
    pub hub: HubLimits,
    /// Bounds of a session.
    pub session: SessionLimits,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        let origins = reader.or("ALLOWED_ORIGINS", "");
        let origins = origins.split(',').map(|origin| origin.trim().trim_end_matches('/'));
        let topics = [
            reader.or("TOPIC_TASK_UPDATES", Topic::TaskUpdates.name()),
            reader.or("TOPIC_NOTIFICATIONS", Topic::Notifications.name()),
        ];
        Self {
            broadcast: Broadcast {
                pubsub: reader.or("BROADCAST_PUBSUB_NAME", "broadcast"),
                topics: topics.into(),
                partitions: reader.parsed_or("BROADCAST_PARTITIONS", 8),
            },
            secret_store: reader.or("SECRET_STORE", "secrets"),
            jwt_secret: reader.or("JWT_SECRET_KEY", "jwt-secret"),
            token_policy: TokenPolicy::read(reader),
            issuer: IssuerConfig::read(reader),
            allowed_origins: origins.filter(|o| !o.is_empty()).map(str::to_lowercase).collect(),
            hub: HubLimits {
                sockets: at_least_one(reader, "MAX_SOCKETS", 20_000),
                sockets_per_user: at_least_one(reader, "MAX_SOCKETS_PER_USER", 20),
                queue: at_least_one(reader, "QUEUE_FRAMES", 64),
                history: HistoryLimits {
                    frames: at_least_one(reader, "HISTORY_FRAMES", 256),
                    bytes: at_least_one(reader, "HISTORY_BYTES", 256 * 1024),
                },
                history_total: at_least_one(reader, "HISTORY_TOTAL_BYTES", 64 * 1024 * 1024),
                parked_users: reader.parsed_or("PARKED_USERS", 10_000),
                parked_for: seconds(reader, "PARKED_SECONDS", 900),
            },
            session: SessionLimits {
                ping_every: seconds(reader, "PING_SECONDS", 25),
                pong_within: seconds(reader, "PONG_SECONDS", 10),
                write_within: seconds(reader, "WRITE_SECONDS", 10),
                client_frames: reader.parsed_or("CLIENT_FRAMES_PER_SECOND", 5),
            },
        }
    }
}

fn at_least_one(reader: &mut Reader, name: &str, default: usize) -> usize {
    let value = reader.parsed_or(name, default);
    if value == 0 {
        reader.fault(name, "must be at least 1");
    }
    value
}

fn seconds(reader: &mut Reader, name: &str, default: u32) -> Duration {
    let value = reader.parsed_or(name, default);
    if value == 0 {
        reader.fault(name, "must be at least 1");
    }
    Duration::from_secs(value.into())
}

#[cfg(test)]
mod tests {
    use todo_service_kit::Env;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> (Config, usize) {
        let mut reader = Reader::new(variables.iter().copied().collect::<Env>());
        let config = Config::read(&mut reader);
        (config, reader.finish().map_or_else(|faults| faults.0.len(), |()| 0))
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let (config, faults) = read(&[]);
        assert_eq!(faults, 0);
        assert!(config.allowed_origins.is_empty());
        assert_eq!(config.hub.sockets_per_user, 20);
    }

    #[test]
    fn origins_are_compared_without_case_and_slash() {
        let (config, _) = read(&[("ALLOWED_ORIGINS", "https://Todo.example/, http://a:1 ,")]);
        assert_eq!(config.allowed_origins, ["https://todo.example", "http://a:1"]);
    }

    #[test]
    fn bounds_of_zero_are_faults() {
        let (_, faults) =
            read(&[("QUEUE_FRAMES", "0"), ("PING_SECONDS", "0"), ("MAX_SOCKETS", "x")]);
        assert_eq!(faults, 3);
    }
}
