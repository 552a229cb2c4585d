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
