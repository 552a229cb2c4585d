//! What users have chosen, in the database.

use std::sync::LazyLock;

use todo_dapr::{Sql, SqlError, Statement};
use todo_events::UserId;

use crate::domain::Preferences;

static READ: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("preferences read", include_str!("read.sql")));
static WRITE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("preferences write", include_str!("write.sql")));

/// Preferences behind a database binding; clones share the connection.
#[derive(Debug, Clone)]
pub struct PreferencesTable(Sql);

impl PreferencesTable {
    /// The table behind a database binding.
    pub fn new(sql: Sql) -> Self {
        Self(sql)
    }

    /// A user's preferences; the defaults for who has never chosen.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn read(&self, user: &UserId) -> Result<Preferences, SqlError> {
        let stored: Option<Preferences> = self.0.run(&READ, &[user.as_str()]).await?;
        Ok(stored.unwrap_or_default())
    }

    /// Replaces a user's preferences, and lets go of what an earlier mute held back, or holds it longer.
    ///
    /// # Errors
    /// When they are not known to be written.
    pub async fn write(
        &self,
        user: &UserId,
        wishes: &Preferences,
    ) -> Result<Preferences, SqlError> {
        // As in the ledger: what is sent always has a JSON form.
        let wishes = serde_json::to_string(wishes).unwrap_or_default();
        self.0.run(&WRITE, &[user.as_str(), &wishes]).await
    }
}
