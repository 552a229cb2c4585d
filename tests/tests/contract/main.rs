//! What applications see of a sidecar, over HTTP, with real applications and a real PostgreSQL.
//!
//! Each test starts a runtime of its own on free ports, in a database of its own.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

mod absent;
mod allowed;
mod bindings;
mod breakers;
mod bulk;
mod codes;
mod concurrency;
mod conversation;
mod delivery;
mod durability;
mod fidelity;
mod health;
mod invoke;
mod jobs;
mod order;
mod poison;
mod publish;
mod redis;
mod replicas;
mod repository;
mod resiliency;
mod retries;
mod secrets;
mod shutdown;
mod smtp;
mod state;
mod subscriptions;
mod support;
mod tokens;
