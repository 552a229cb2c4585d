#![doc = include_str!("../README.md")]

pub mod app;
pub mod config;
pub mod domain;
mod handlers;
mod http;
mod metrics;
mod replay;
mod routes;
pub mod store;
pub mod trail;

pub use app::build;
pub use config::Config;

/// Names the service to sidecars: its consumer group and its dead-letter topics are named after it.
pub const APP_ID: &str = "audit";
