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
