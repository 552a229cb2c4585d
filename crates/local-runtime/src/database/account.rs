//! The operating-system account a private server runs as.
//!
//! `initdb` and `postgres` refuse root. When Todo is started by root (containers, CI) the server is
//! handed to the account `postgres`, else `nobody`; anybody else runs it as themselves.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use tokio::process::Command;

use super::error::DatabaseError;

/// An account to hand the server to; nothing when we are not root and need not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    ids: Option<(u32, u32)>,
}

impl Account {
    /// The account for this process.
    ///
    /// # Errors
    /// [`DatabaseError::NoAccount`] when root has nobody to hand the server to.
    pub fn for_server() -> Result<Self, DatabaseError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self { ids: None });
        }
        let passwd = std::fs::read_to_string("/etc/passwd")
            .map_err(DatabaseError::io("read /etc/passwd"))?;
        let ids = ["postgres", "nobody"]
            .iter()
            .find_map(|name| find_account(&passwd, name))
            .ok_or(DatabaseError::NoAccount)?;
        Ok(Self { ids: Some(ids) })
    }

    /// A command that will run under this account, outside our terminal's process group, so that
    /// Ctrl-C reaches us alone and we decide the order of things.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").process_group(0);
        if let Some((user, group)) = self.ids {
            command.uid(user).gid(group);
        }
        command
    }

    /// Creates a directory only this account can read.
    ///
    /// # Errors
    /// [`DatabaseError::Io`].
    pub(crate) fn create_private_directory(&self, path: &Path) -> Result<(), DatabaseError> {
        let action = || format!("create the directory {}", path.display());
        std::fs::create_dir_all(path).map_err(DatabaseError::io(action()))?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
            .map_err(DatabaseError::io(action()))?;
        if let Some((user, group)) = self.ids {
            std::os::unix::fs::chown(path, Some(user), Some(group))
                .map_err(DatabaseError::io(action()))?;
        }
        Ok(())
    }

    /// Writes a file only this account can read.
    ///
    /// # Errors
    /// [`DatabaseError::Io`].
    pub(crate) fn write_private_file(&self, path: &Path, text: &str) -> Result<(), DatabaseError> {
        let action = || format!("write {}", path.display());
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(DatabaseError::io(action()))?;
        match self.ids {
            None => Ok(()),
            Some((user, group)) => std::os::unix::fs::chown(path, Some(user), Some(group))
                .map_err(DatabaseError::io(action())),
        }
    }

    /// Whether this account may pass through every existing parent of `path`. Root's own home is
    /// closed to others, so a server started from there needs its data elsewhere.
    #[must_use]
    pub fn can_reach(&self, path: &Path) -> bool {
        let Some((user, group)) = self.ids else { return true };
        path.ancestors().skip(1).filter_map(|parent| std::fs::metadata(parent).ok()).all(|meta| {
            let mode = meta.mode();
            if meta.uid() == user {
                mode & 0o100 != 0
            } else if meta.gid() == group {
                mode & 0o010 != 0
            } else {
                mode & 0o001 != 0
            }
        })
    }
}

/// User and group id of a name in the text of `/etc/passwd` (passwd(5)).
fn find_account(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        if fields.first() != Some(&name) {
            return None;
        }
        let user: u32 = fields.get(2)?.parse().ok()?;
        let group: u32 = fields.get(3)?.parse().ok()?;
        (user != 0).then_some((user, group))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_exact_name_and_never_root() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgresx:x:7:7::/:/x\npostgres:x:101:104::/:/x\n";
        assert_eq!(find_account(passwd, "postgres"), Some((101, 104)));
        assert_eq!(find_account(passwd, "root"), None);
        assert_eq!(find_account(passwd, "nobody"), None);
    }

    #[test]
    fn a_closed_parent_cannot_be_reached() {
        let account = Account { ids: Some((u32::MAX - 7, u32::MAX - 7)) };
        let closed =
            std::env::temp_dir().join(format!("todo-closed-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&closed).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!account.can_reach(&closed.join("data")));
        assert!(Account { ids: None }.can_reach(&closed.join("data")));
        std::fs::remove_dir(&closed).unwrap();
    }
}
