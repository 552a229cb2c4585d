//! A `PostgreSQL` server of our own, for running Todo locally and for tests.
//!
//! People should not have to install, configure or share a database server to try the product, and
//! tests must not touch one that holds data. So this module starts the system's own `PostgreSQL`
//! binaries on a private data directory, reachable on `127.0.0.1` alone. A container runtime and a
//! downloaded server were rejected: both need more than the distribution's package does.
//!
//! - [`PrivatePostgres`] is one server: durable (in a folder you name) or temporary (for tests).
//! - [`TestDatabase`] is a fresh database on one temporary server shared by the test process, or on
//!   the server that the environment variable `DATABASE_URL` names.

mod account;
mod binaries;
mod error;
mod files;
mod leftover;
mod outage;
mod process;
mod server;
mod sql;
mod test_database;
mod watchdog;

pub use account::Account;
pub use binaries::{INSTALL_HINT, MINIMUM_VERSION};
pub use error::DatabaseError;
pub use server::{PrivatePostgres, SUPERUSER};
pub use test_database::{TestDatabase, database_url_from_env};

pub use process::signal;

/// Stops the durable server that an earlier run left running in `directory`.
///
/// # Errors
/// [`DatabaseError::StillRunning`] when it does not stop.
pub async fn stop_leftover(directory: &std::path::Path) -> Result<(), DatabaseError> {
    leftover::clear(&directory.join("data")).await
}
