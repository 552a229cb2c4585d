//! A running product for tests, and the ways a person reaches it: HTTP and a WebSocket.
//!
//! Tests know nothing of the services' code. What they need to break things (kill a service, forge a message, lose the
//! scheduler's data) the launcher offers.

mod behaviours;
mod builder;
pub mod cluster;
mod follower;
#[cfg(target_os = "linux")]
mod machine;
mod outage;
mod output;
mod person;
mod positions;
mod product;
mod promises;
mod redis;
mod settings;
mod socket;
mod token;
mod wait;
mod writers;

pub use behaviours::{Behaviour, behaviours};
pub use builder::{ProductBuilder, runtime};
pub use cluster::Cluster;
pub use follower::Follower;
#[cfg(target_os = "linux")]
pub use machine::{Home, Launched, is_alive, is_loopback, listens_on, program};
pub use outage::Part;
pub use output::Lines;
pub use person::{Answer, Person};
pub use positions::{CONSUMER_GROUPS, Position};
pub use product::{Product, Secrets};
pub use promises::{Promised, mixed_work};
pub use redis::Redis;
pub use socket::{Connection, Socket};
pub use token::Forger;
pub use wait::{LONG, eventually, within};
pub use writers::Writers;

/// The five services, by app-id.
pub const SERVICES: [&str; 5] =
    ["chat-api", "recurring-task", "notification", "audit", "websocket"];
