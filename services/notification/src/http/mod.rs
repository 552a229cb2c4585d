//! What chat-api asks for its users.

mod notifications;
mod preferences;

use std::time::Duration;

use todo_dapr::SqlError;
use todo_service_kit::Problem;

pub(crate) use notifications::list_notifications;
pub(crate) use preferences::{read_preferences, write_preferences};

fn unavailable(error: SqlError) -> Problem {
    Problem::unavailable("database_unavailable", Duration::from_secs(1)).with_source(error)
}
