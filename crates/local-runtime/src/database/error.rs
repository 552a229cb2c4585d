//! What can go wrong with a private server, in words that tell the reader what to do.

use std::path::PathBuf;

use super::binaries::{INSTALL_HINT, MINIMUM_VERSION};

/// Why a private `PostgreSQL` server could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// No server binaries on this machine; the text carries the commands that install them.
    #[error(
        "no PostgreSQL server programs (initdb, postgres, psql) were found\n{INSTALL_HINT}\n\
         or set DATABASE_URL to a server of your own"
    )]
    BinariesAbsent,
    /// Only binaries older than [`MINIMUM_VERSION`] were found.
    #[error(
        "PostgreSQL {found} in {directory} is too old: {MINIMUM_VERSION} or newer is needed\n{INSTALL_HINT}"
    )]
    TooOld {
        /// Major version found.
        found: u32,
        /// Where it was found.
        directory: PathBuf,
    },
    /// Running as root, and there is no unprivileged account to hand the server to.
    #[error(
        "PostgreSQL refuses to run as root and neither `postgres` nor `nobody` is in /etc/passwd"
    )]
    NoAccount,
    /// A file or process operation failed.
    #[error("{action}")]
    Io {
        /// What was being done, as an action ("create the data directory").
        action: String,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
    /// A `PostgreSQL` program ended with an error.
    #[error("{program} failed: {detail}")]
    Command {
        /// The program's name.
        program: &'static str,
        /// What it wrote to its error stream.
        detail: String,
    },
    /// The server ended, or did not accept connections in time.
    #[error("PostgreSQL did not become ready: {log}")]
    NotReady {
        /// The last lines of its log.
        log: String,
    },
    /// Another server still works on the same data and does not stop.
    #[error("a PostgreSQL server (process {pid}) still uses {directory} and does not stop")]
    StillRunning {
        /// Its process id.
        pid: i32,
        /// Its data directory.
        directory: PathBuf,
    },
}

impl DatabaseError {
    /// Wraps an I/O error with the action that failed.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
