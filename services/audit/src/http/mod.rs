//! What chat-api asks for its users, and what operators ask.

mod dead_letters;
mod entries;

pub(crate) use dead_letters::{list_dead_letters, remove_dead_letter, replay_dead_letter};
pub(crate) use entries::list_entries;

use std::time::Duration;

use todo_dapr::SqlError;
use todo_service_kit::Problem;

fn unavailable(error: SqlError) -> Problem {
    Problem::unavailable("database_unavailable", Duration::from_secs(1)).with_source(error)
}
