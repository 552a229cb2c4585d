//! Notification against a real database, through real local sidecars.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod changes;
mod mail_server;
mod outside;
mod preferences;
mod reminders;
mod resources;
mod stage;
mod sweep;
mod told;
mod world;
