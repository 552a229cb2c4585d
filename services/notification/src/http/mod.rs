//! What chat-api asks for its users.

mod preferences;

pub(crate) use preferences::{read_preferences, write_preferences};
