//! `migrate`: brings the database in `DATABASE_URL` to the current shape and ends.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Parser;
use todo_migrate::{Roles, SCHEMAS, migrate_with};

/// Creates Todo's schemas and login roles, then runs the SQL migrations that have not run yet.
///
/// Passwords of the login roles come from the environment, `TODO_TASKS_PASSWORD` and so on for
/// `NOTIFICATION`, `AUDIT` and `STATE`; a role whose variable is unset keeps its password.
#[derive(Parser)]
#[command(name = "migrate", version)]
struct Arguments {
    /// Connection URL of a role that owns the database or may create schemas in it.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Do not create or change login roles: one role does everything.
    #[arg(long)]
    no_roles: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let roles = if arguments.no_roles { Roles::Skip } else { Roles::WithPasswords(passwords()) };
    match migrate_with(&arguments.database_url, &roles).await {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("migrate: failed to {:#}", anyhow::Error::from(error));
            ExitCode::FAILURE
        }
    }
}

/// `TODO_TASKS_PASSWORD` and so on, keyed by role.
#[expect(clippy::disallowed_methods, reason = "this is where the program reads its configuration")]
fn passwords() -> BTreeMap<String, String> {
    SCHEMAS
        .iter()
        .filter_map(|schema| {
            let variable = format!("{}_PASSWORD", schema.role.to_uppercase());
            let password = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
            Some((schema.role.to_owned(), password))
        })
        .collect()
}
