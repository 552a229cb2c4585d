//! Secrets of a local run, made once and kept in `.todo/keys.json`.
//!
//! They live apart from `secrets.json`, which the sidecars read: that file also holds the database's
//! address, which may change from start to start, while these must not. A token signed yesterday
//! still works today.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::LauncherError;
use crate::folder::write_private;

/// Login roles of the private database that get a password.
pub(crate) const ROLES: [&str; 4] = ["todo_tasks", "todo_notification", "todo_audit", "todo_state"];

/// Generated secrets. No `Debug`: they must not reach a log.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Keys {
    /// Signs and checks the users' tokens (HS256).
    pub jwt_secret: String,
    /// Services show it to their sidecar.
    pub dapr_api_token: String,
    /// Sidecars show it to their service.
    pub app_api_token: String,
    /// The private database's administrator.
    pub database_password: String,
    /// The private database's login roles, by name.
    pub role_passwords: BTreeMap<String, String>,
    /// Port the private database had last; it gets the same again if it is free.
    pub database_port: Option<u16>,
}

impl Keys {
    /// Reads the file, or makes new keys and writes them.
    ///
    /// # Errors
    /// [`LauncherError::Damaged`] when the file does not hold keys: making new ones over it would
    /// lock us out of our own database.
    pub(crate) fn load_or_create(path: &Path) -> Result<Self, LauncherError> {
        match std::fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| LauncherError::Damaged {
                path: path.to_path_buf(),
                detail: error.to_string(),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let keys = Self::generate();
                keys.save(path)?;
                Ok(keys)
            }
            Err(error) => Err(LauncherError::io(format!("read {}", path.display()))(error)),
        }
    }

    /// Writes the file, readable by its owner only.
    ///
    /// # Errors
    /// [`LauncherError::Io`].
    pub(crate) fn save(&self, path: &Path) -> Result<(), LauncherError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| LauncherError::Damaged {
            path: path.to_path_buf(),
            detail: error.to_string(),
        })?;
        write_private(path, &text)
    }

    fn generate() -> Self {
        Self {
            jwt_secret: random(),
            dapr_api_token: random(),
            app_api_token: random(),
            database_password: random(),
            role_passwords: ROLES.iter().map(|role| ((*role).to_owned(), random())).collect(),
            database_port: None,
        }
    }
}

/// 244 bits from the system's generator, as 64 hexadecimal digits (safe in a URL).
fn random() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_made_once_and_readable_by_the_owner_only() {
        let path = std::env::temp_dir().join(format!("todo-keys-{}.json", Uuid::new_v4().simple()));
        let first = Keys::load_or_create(&path).unwrap();
        let second = Keys::load_or_create(&path).unwrap();
        assert_eq!(first.jwt_secret, second.jwt_secret);
        assert_eq!(first.role_passwords, second.role_passwords);
        assert_ne!(first.jwt_secret, first.dapr_api_token);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "{").unwrap();
        assert!(Keys::load_or_create(&path).err().unwrap().to_string().contains("--fresh"));
        std::fs::remove_file(&path).unwrap();
    }
}
