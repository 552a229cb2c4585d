//! What the product promises, seen from outside.
//!
//! One product serves all tests that leave it whole; each has people of its own. Tests that break something start their own.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod access;
mod bad_input;
mod bulk;
mod deadly;
mod faults;
mod half_sent;
mod issuer;
mod live;
#[cfg(target_os = "linux")]
mod machine;
mod mcp;
mod outages;
mod programs;
mod redis;
mod reminders;
mod repeats;
mod replicas;
mod shared;
mod smoke;
mod story;
mod tokens;
mod topics;
mod weather;
