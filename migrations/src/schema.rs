//! The schemas, who owns them, and what their role may do.

use crate::sql_files;

/// One schema and the login role of the service that uses it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Schema {
    /// Name of the schema, and of its folder of SQL files.
    pub name: &'static str,
    /// The service's login role.
    pub role: &'static str,
    /// Embedded files as (name without ending, text), in order.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Whether the role may create tables of its own: the Dapr state store does.
    pub(crate) creates_tables: bool,
}

impl Schema {
    /// Where sqlx keeps which files have run.
    pub(crate) fn history_table(&self) -> String {
        format!("{}.schema_migrations", self.name)
    }
}

/// Longest a service's statement may run and wait for a lock, milliseconds. A sidecar call times out
/// about then; a statement nobody waits for any more must not hold locks.
pub(crate) const ROLE_SETTINGS: &[(&str, &str)] = &[
    ("statement_timeout", "10000"),
    ("lock_timeout", "3000"),
    ("idle_in_transaction_session_timeout", "10000"),
];

/// Every schema of the product.
pub const SCHEMAS: &[Schema] = &[
    Schema { name: "tasks", role: "todo_tasks", files: sql_files::TASKS, creates_tables: false },
    Schema {
        name: "notification",
        role: "todo_notification",
        files: sql_files::NOTIFICATION,
        creates_tables: false,
    },
    Schema { name: "audit", role: "todo_audit", files: sql_files::AUDIT, creates_tables: false },
    Schema { name: "state", role: "todo_state", files: sql_files::STATE, creates_tables: true },
];
