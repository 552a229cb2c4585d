//! The notification service.

use std::process::ExitCode;

fn main() -> ExitCode {
    todo_service_kit::run(notification::APP_ID, notification::build)
}
