//! The crate from outside: routers through their layers, listeners through sockets, a service as a process.

mod config;
mod harness;
mod layers;
mod lifecycle;
mod listener;
mod sidecar_routes;
mod tokens;
