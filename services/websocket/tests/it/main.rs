//! The service on real sockets: both routers with all their layers, on ports of their own.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod broadcast;
mod client;
mod frames;
mod load;
mod resume;
mod server;
mod sessions;
mod upgrade;
