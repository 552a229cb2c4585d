#![doc = include_str!("../README.md")]

pub mod app;
pub mod chat;
pub mod config;
pub mod domain;
mod http;
mod mcp;
mod metrics;
pub mod relay;
mod sidecar;
pub mod store;
pub mod tasks;
mod tools;

pub use app::{App, build};
pub use config::Config;
pub use mcp::McpConfig;
