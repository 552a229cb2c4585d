//! The file behind the local secret store (`secretstores.local.file`): a flat JSON object of texts.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::LauncherError;
use crate::folder::write_private;
use crate::keys::Keys;

/// Secret, schema and login role of each database connection that sidecars make.
const CONNECTIONS: [(&str, &str, &str); 4] = [
    ("tasks-db", "tasks", "todo_tasks"),
    ("notification-db", "notification", "todo_notification"),
    ("audit-db", "audit", "todo_audit"),
    ("state-db", "state", "todo_state"),
];

/// Limits of a service's statement, milliseconds, below the patience of a sidecar's caller.
const LIMITS: &str = "statement_timeout=10000&lock_timeout=3000";

/// The database the sidecars connect to.
#[derive(Clone)]
pub(crate) enum Access<'a> {
    /// Ours on this port: each connection has a role of its own.
    Private {
        /// Port on `127.0.0.1`.
        port: u16,
        /// The database's name.
        database: &'a str,
    },
    /// The user's: the one role in the URL does everything, told apart by `search_path` only.
    Given {
        /// `DATABASE_URL`.
        url: &'a str,
    },
}

/// Writes the file, readable by its owner only.
///
/// # Errors
/// [`LauncherError::Io`].
pub(crate) fn write(path: &Path, keys: &Keys, access: &Access<'_>) -> Result<(), LauncherError> {
    let mut secrets = BTreeMap::from([("jwt-secret".to_owned(), keys.jwt_secret.clone())]);
    for (name, schema, role) in CONNECTIONS {
        secrets.insert(name.to_owned(), connection(keys, access, schema, role));
    }
    let text = serde_json::to_string_pretty(&secrets).map_err(|error| LauncherError::Damaged {
        path: path.to_path_buf(),
        detail: error.to_string(),
    })?;
    write_private(path, &text)
}

/// A URL as pgx reads it: keys it does not know become run-time parameters of the session.
fn connection(keys: &Keys, access: &Access<'_>, schema: &str, role: &str) -> String {
    let settings = format!("search_path={schema}%2Cpublic&{LIMITS}");
    match access {
        Access::Private { port, database } => {
            let password = keys.role_passwords.get(role).map(String::as_str).unwrap_or_default();
            format!("postgres://{role}:{password}@127.0.0.1:{port}/{database}?{settings}")
        }
        Access::Given { url } => {
            let joint = if url.contains('?') { '&' } else { '?' };
            format!("{url}{joint}{settings}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(access: &Access<'_>) -> BTreeMap<String, String> {
        let folder = std::env::temp_dir();
        let path = folder.join(format!("todo-secrets-{}.json", uuid::Uuid::new_v4().simple()));
        let keys_path = path.with_extension("keys");
        let keys = Keys::load_or_create(&keys_path).unwrap();
        write(&path, &keys, access).unwrap();
        let secrets = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::remove_file(&keys_path).unwrap();
        secrets
    }

    #[test]
    fn each_connection_of_a_private_server_has_its_own_role_and_schema() {
        let secrets = secrets(&Access::Private { port: 5555, database: "todo" });
        assert_eq!(secrets.len(), 5);
        let audit = &secrets["audit-db"];
        assert!(audit.starts_with("postgres://todo_audit:"), "{audit}");
        assert!(audit.contains("@127.0.0.1:5555/todo?search_path=audit%2Cpublic&"), "{audit}");
    }

    #[test]
    fn a_given_server_keeps_its_settings_and_gets_the_schema() {
        let url = "postgres://me:x@db.example/app?sslmode=require";
        let secrets = secrets(&Access::Given { url });
        let expected = format!("{url}&search_path=tasks%2Cpublic&{LIMITS}");
        assert_eq!(secrets["tasks-db"], expected);
    }
}
