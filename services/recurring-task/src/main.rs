//! The `recurring-task` service.

use std::process::ExitCode;

fn main() -> ExitCode {
    todo_service_kit::run("recurring-task", recurring_task::build)
}
