//! A local stand-in for Dapr sidecars.
//!
//! [`Runtime`] serves the part of Dapr's HTTP API that the suite uses, one port per application, out of one process. It
//! reads the same component, subscription and resiliency files as the real sidecar and behaves like it down to its
//! traps, because services that only work against a friendlier imitation do not work. Everything durable (topics,
//! consumer positions, jobs, state) is kept in PostgreSQL, so a killed runtime loses nothing. What differs on purpose is
//! listed in the README.
//!
//! [`database`] starts a private PostgreSQL cluster; [`test_resources`] writes the files that a test of one service
//! needs. The crate `todo-launcher` runs the whole product on top of both.

mod app;
mod bindings;
mod broker;
mod cel;
mod clock;
mod components;
mod config;
mod conversation;
pub mod database;
mod delivery;
mod error;
pub mod free_ports;
mod jobs;
mod postgres;
mod pubsub;
mod resiliency;
mod resources;
mod runtime;
mod secrets;
mod sidecar;
mod state;
pub mod test_resources;
mod text;

pub use config::{AppConfig, RuntimeConfig};
pub use error::Error;
pub use postgres::PostgresError;
pub use runtime::Runtime;
