//! `migrate database`.

use std::collections::BTreeMap;

use clap::Args;
use todo_migrate::{Roles, SCHEMAS, migrate_with};

/// Where the database is, and what to do about roles.
#[derive(Args)]
pub(crate) struct DatabaseArguments {
    /// Connection URL of a role that owns the database or may create schemas in it.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Do not create or change login roles: one role does everything.
    #[arg(long)]
    no_roles: bool,
}

impl DatabaseArguments {
    /// Runs the migrations; answers what was done.
    pub(crate) async fn run(self) -> anyhow::Result<String> {
        let roles = if self.no_roles { Roles::Skip } else { Roles::WithPasswords(passwords()) };
        match migrate_with(&self.database_url, &roles).await {
            Ok(report) => Ok(report.to_string()),
            Err(error) => Err(anyhow::anyhow!("failed to {:#}", anyhow::Error::from(error))),
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
