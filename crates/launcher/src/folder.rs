//! The folder `.todo`: what a local run keeps between starts, and the lock on it.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::error::LauncherError;
use todo_local_runtime::database::{Account, stop_leftover};

/// A data folder held by this process; the lock ends with the value, or with the process.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    database: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates the folder if needed and takes its lock.
    ///
    /// # Errors
    /// [`LauncherError::AlreadyRunning`] when another process holds it.
    pub(crate) fn open(path: &Path) -> Result<Self, LauncherError> {
        let action = || format!("open the data folder {}", path.display());
        std::fs::create_dir_all(path).map_err(LauncherError::io(action()))?;
        let path = path.canonicalize().map_err(LauncherError::io(action()))?;
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false);
        let mut lock = file.open(path.join("lock")).map_err(LauncherError::io(action()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid =
                    lock.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(LauncherError::AlreadyRunning { folder: path, pid });
            }
            Err(TryLockError::Error(error)) => return Err(LauncherError::io(action())(error)),
        }
        lock.set_len(0).map_err(LauncherError::io(action()))?;
        writeln!(lock, "{}", std::process::id()).map_err(LauncherError::io(action()))?;
        let database = database_path(&path, Account::for_server()?)?;
        Ok(Self { path, database, _lock: lock })
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where the private server keeps its files.
    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    /// Removes everything but the lock. A database server that an earlier run left behind is
    /// stopped first.
    ///
    /// # Errors
    /// [`LauncherError::Io`], [`LauncherError::Database`].
    pub(crate) async fn empty(&self) -> Result<(), LauncherError> {
        stop_leftover(&self.database).await?;
        let files = ["keys.json", "secrets.json", "dapr"].map(|name| self.file(name));
        for path in files.into_iter().chain([self.database.clone()]) {
            let removed = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            match removed {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(LauncherError::io(format!("remove {}", path.display()))(error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// Beside the rest, unless the server runs under another account that cannot get there (a checkout
/// in root's home): then a folder of its own below `/var/lib`, named after ours.
fn database_path(folder: &Path, account: Account) -> Result<PathBuf, LauncherError> {
    let inside = folder.join("postgres");
    if account.can_reach(&inside) {
        return Ok(inside);
    }
    let parent = Path::new("/var/lib/todo-local");
    let action = || format!("create {}", parent.display());
    std::fs::create_dir_all(parent).map_err(LauncherError::io(action()))?;
    std::fs::set_permissions(parent, Permissions::from_mode(0o711))
        .map_err(LauncherError::io(action()))?;
    let name = Uuid::new_v5(&Uuid::NAMESPACE_URL, folder.as_os_str().as_encoded_bytes());
    Ok(parent.join(name.simple().to_string()))
}

/// Writes a file that only its owner can read, in one step: a crash leaves the old or the new one.
///
/// # Errors
/// [`LauncherError::Io`].
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), LauncherError> {
    let action = || format!("write {}", path.display());
    let draft = path.with_extension("draft");
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&draft).map_err(LauncherError::io(action()))?;
    file.write_all(text.as_bytes()).map_err(LauncherError::io(action()))?;
    file.sync_all().map_err(LauncherError::io(action()))?;
    std::fs::rename(&draft, path).map_err(LauncherError::io(action()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_launcher_on_the_same_folder_is_refused_by_name() {
        let path = std::env::temp_dir().join(format!("todo-folder-{}", Uuid::new_v4().simple()));
        let first = Folder::open(&path).unwrap();
        let error = Folder::open(&path).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        Folder::open(&path).unwrap();
        std::fs::remove_dir_all(&path).unwrap();
    }
}
