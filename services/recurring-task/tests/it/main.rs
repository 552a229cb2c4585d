//! The service behind a real local runtime, with a stand-in for chat-api behind another sidecar.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod events;
mod stage;
mod sweep;
