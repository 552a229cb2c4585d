//! Audit against a real database, through real local sidecars.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod dead_letters;
mod entries;
mod resources;
mod retention;
mod stage;
mod trail;
mod values;
