//! Why a database could not be migrated.

/// A failed migration. Nothing in it carries a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The URL is not a `PostgreSQL` connection URL.
    #[error("read DATABASE_URL: it must be like postgres://user:password@host:port/database")]
    Url,
    /// The server cannot be reached or refused the login.
    #[error("connect to the server that DATABASE_URL names")]
    Connect(#[source] sqlx::Error),
    /// A statement failed while preparing schemas and roles.
    #[error("{action}")]
    Prepare {
        /// What was being done, as an action.
        action: String,
        /// The server's answer.
        #[source]
        source: sqlx::Error,
    },
    /// A file's name does not start with a number and an underscore.
    #[error("migration {schema}/{file}.sql: name it NNNN_what_it_does.sql")]
    FileName {
        /// The schema's folder.
        schema: &'static str,
        /// The file, without its ending.
        file: String,
    },
    /// A migration file failed; its transaction was rolled back.
    #[error("migrate the schema {schema}")]
    Run {
        /// The schema.
        schema: &'static str,
        /// What sqlx says: the file and the server's answer.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
}

impl MigrateError {
    /// Wraps a failed statement with the action it was part of.
    pub(crate) fn prepare(action: impl Into<String>) -> impl FnOnce(sqlx::Error) -> Self {
        let action = action.into();
        move |source| Self::Prepare { action, source }
    }
}
