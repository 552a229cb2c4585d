//! The `chat-api` service.

use std::process::ExitCode;

fn main() -> ExitCode {
    todo_service_kit::run("chat-api", chat_api::build)
}
