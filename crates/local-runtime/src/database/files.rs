//! The files of a private server: created by `initdb`, removed when it was temporary.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use uuid::Uuid;

use super::account::Account;
use super::binaries::Binaries;
use super::error::DatabaseError;
use super::server::SUPERUSER;

/// A new path for a temporary server; `/tmp` when `TMPDIR` is closed to the server's account.
pub(crate) fn temporary_directory(account: Account) -> PathBuf {
    let name = format!("todo-postgres-{}", &Uuid::new_v4().simple().to_string()[..12]);
    let preferred = std::env::temp_dir().join(&name);
    if account.can_reach(&preferred) { preferred } else { Path::new("/tmp").join(name) }
}

/// Creates the data files. The locale must know upper and lower case of every script (`lower()` in
/// searches) and sort by code point; names differ between systems, so several are tried.
pub(crate) async fn initialise(
    binaries: &Binaries,
    account: Account,
    directory: &Path,
    password: Option<&str>,
) -> Result<(), DatabaseError> {
    let data = directory.join("data");
    let password_file = directory.join("superuser-password");
    let mut outcome = Ok(());
    for locale in ["C.UTF-8", "en_US.UTF-8", "C"] {
        account.create_private_directory(&data)?;
        let mut command = account.command(&binaries.program("initdb"));
        command.arg("-D").arg(&data).args(["-U", SUPERUSER, "-E", "UTF8", "--locale", locale]);
        match password {
            None => command.args(["-A", "trust", "--no-sync"]),
            Some(password) => {
                account.write_private_file(&password_file, password)?;
                command.args(["-A", "scram-sha-256"]).arg("--pwfile").arg(&password_file)
            }
        };
        let output = command.stdin(Stdio::null()).output().await;
        let output = output.map_err(DatabaseError::io("run initdb"))?;
        if output.status.success() {
            outcome = Ok(());
            break;
        }
        let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        outcome = Err(DatabaseError::Command { program: "initdb", detail });
        remove(&data);
    }
    if password.is_some() {
        remove(&password_file);
    }
    outcome
}

/// The end of the server's log, for an error message.
pub(crate) fn last_log_lines(directory: &Path) -> String {
    let log = std::fs::read_to_string(directory.join("postgres.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

/// Removes a file or a folder; what is gone already is fine.
pub(crate) fn remove(path: &Path) {
    let outcome =
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    if let Err(error) = outcome
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "not removed");
    }
}
