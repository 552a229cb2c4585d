#![doc = include_str!("../README.md")]

pub mod config;
pub mod next;

mod app;
mod chat_api;
mod metrics;
mod settle;

pub use app::{App, build};
pub use chat_api::OccurrenceRequest;
pub use config::Config;

/// Names the service to sidecars: its consumer group and its dead-letter topics are named after it.
pub const APP_ID: &str = "recurring-task";
