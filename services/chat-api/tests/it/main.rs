//! chat-api over HTTP, behind a real local sidecar, with a real database.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod bad_input;
mod behind;
mod bulk;
mod chat;
mod deleted;
mod list;
mod mcp;
mod model;
mod neighbours;
mod page;
mod repeats;
mod resources;
mod settings;
mod stage;
mod tasks;
mod tokens;
mod twice;
mod wire;
mod zones;
