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
