//! The `websocket` service.

use std::process::ExitCode;

fn main() -> ExitCode {
    todo_service_kit::run("websocket", websocket::build)
}
