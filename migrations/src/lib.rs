//! Brings a database to the shape the services expect: schemas, roles, then numbered SQL files.
//!
//! Each service owns one schema and logs in as a role that may use only that schema, so a leaked
//! connection string opens one service's tables and no more. The files are embedded; running them
//! twice, or from several processes at once, is safe.
//!
//! Where the database's owner may not create roles (many managed offerings), the schemas are made and
//! the [`Report`] says which roles are missing; services then share the one role they were given.

mod error;
mod report;
mod roles;
mod run;
mod schema;
mod sql_files;

pub use error::MigrateError;
pub use report::{Report, RoleState, SchemaReport};
pub use roles::Roles;
pub use run::{migrate, migrate_with};
pub use schema::{SCHEMAS, Schema};
