//! What this service is configured with, beside [`todo_service_kit::BaseConfig`].
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `CHAT_API_APP_ID` | app-id of the service that owns the tasks | `chat-api` |

use todo_service_kit::{FromEnv, Reader};

/// Configuration of this service.
#[derive(Debug, Clone)]
pub struct Config {
    /// App-id of the service that owns the tasks.
    pub chat_api: String,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        Self { chat_api: reader.or("CHAT_API_APP_ID", "chat-api") }
    }
}
