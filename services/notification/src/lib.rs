#![doc = include_str!("../README.md")]

mod app;
mod channels;
pub mod config;
pub mod domain;
mod handlers;
mod http;
pub mod ledger;
mod metrics;
pub mod preferences;
mod routes;

pub use app::build;
pub use config::Config;

/// Names the service to sidecars: its consumer group and its dead-letter topics are named after it.
pub const APP_ID: &str = "notification";
