//! The crate from outside: routers through their layers, listeners through sockets, a service as a process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod config;
mod harness;
mod issuer;
mod layers;
mod lifecycle;
mod listener;
mod metrics;
mod sidecar_routes;
mod tokens;
mod tracing_calls;
