//! What operators see: rules and dashboard ask only for what is there, and say what to do.
//!
//! `promtool` and `prometheus` are those of `PATH`; without them their part is left out, and the line says so.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod asked;
mod board;
mod exposition;
mod files;
mod live;
mod logs;
mod prometheus;
mod promql;
mod promtool;
mod rules;
mod runbooks;
mod story;
