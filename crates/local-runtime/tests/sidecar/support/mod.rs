//! A runtime, its files and its applications for one test.

mod app;
mod resources;
mod world;

pub(crate) use app::{Received, TestApp, ok};
pub(crate) use resources::{events_component, subscription};
pub(crate) use world::{Sidecar, World, world};

use std::time::Duration;

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
