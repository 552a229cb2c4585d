//! A runtime, its files and its applications for one test.

mod app;
mod batch;
mod broker;
mod embedded;
mod files;
mod gate;
mod grpc;
mod real;
mod resources;
mod sidecar;
mod world;

pub(crate) use app::{Received, TestApp, ok};
pub(crate) use batch::{data, in_batches, statuses};
pub(crate) use gate::gate;
pub(crate) use grpc::UNIMPLEMENTED;
pub(crate) use resources::{events_component, optional, subscription};
pub(crate) use sidecar::Sidecar;
pub(crate) use world::{World, world};

use std::time::Duration;

use todo_launcher::RuntimeKind;

/// How long anything may take before a test fails. Joining a group of Kafka's takes seconds, after a kill ten more.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The runtime that this run is about.
pub(crate) fn kind() -> RuntimeKind {
    todo_tests::runtime().unwrap()
}

/// Ends a test here on every runtime but one. The reason is printed, and shown in the table.
macro_rules! only_on {
    ($kind:ident, $reason:literal) => {
        if crate::support::kind() != todo_launcher::RuntimeKind::$kind {
            println!("only on {}: {}", stringify!($kind).to_lowercase(), $reason);
            return;
        }
    };
}
pub(crate) use only_on;
