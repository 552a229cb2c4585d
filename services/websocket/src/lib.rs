#![doc = include_str!("../README.md")]

pub mod config;
pub mod hub;
pub mod protocol;
pub mod session;

mod app;
mod fan_out;
mod metrics;
mod presence;
mod upgrade;

pub use app::{App, build};
pub use config::Config;
