//! The audit service.

use std::process::ExitCode;

fn main() -> ExitCode {
    todo_service_kit::run(audit::APP_ID, audit::build)
}
