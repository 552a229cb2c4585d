//! The `recurring-task` service.

use std::process::ExitCode;

fn main() -> ExitCode {
    todo_service_kit::run(recurring_task::APP_ID, recurring_task::build)
}
