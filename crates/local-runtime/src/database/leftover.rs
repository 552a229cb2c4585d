//! What a launcher that was killed leaves behind: a running server, or only its lock file.
//!
//! `postmaster.pid` names the process that owns a data directory. `PostgreSQL` refuses to start while
//! any process has that id, also when it is a stranger's (ids are reused quickly in containers), and
//! while an old backend still holds its shared memory. Deleting the file blindly would defeat that
//! protection, so we first make sure that nobody works in the directory any more.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use super::error::DatabaseError;
use super::process::{is_alive, signal, working_in};

const LOCK_FILE: &str = "postmaster.pid";
const POLL: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes a data directory free to start on: stops an orphaned server and removes a stale lock.
///
/// # Errors
/// [`DatabaseError::StillRunning`] when the old server does not stop.
pub(crate) async fn clear(data: &Path) -> Result<(), DatabaseError> {
    let Some(pid) = lock_owner(data) else { return Ok(()) };
    if working_in(data).contains(&pid) {
        tracing::warn!(pid, "stopping the PostgreSQL server an earlier run left behind");
        signal(pid, Signal::INT);
    }
    // Fast shutdown first, then immediate: both keep every committed row.
    if !wait_until_free(data).await {
        working_in(data).into_iter().for_each(|pid| signal(pid, Signal::QUIT));
        if !wait_until_free(data).await {
            return Err(DatabaseError::StillRunning { pid, directory: data.to_path_buf() });
        }
    }
    let lock = data.join(LOCK_FILE);
    if lock.exists() && is_alive(pid) {
        std::fs::remove_file(&lock).map_err(DatabaseError::io("remove a stale postmaster.pid"))?;
    }
    Ok(())
}

/// Process id in the lock file's first line.
fn lock_owner(data: &Path) -> Option<i32> {
    std::fs::read_to_string(data.join(LOCK_FILE)).ok()?.lines().next()?.trim().parse().ok()
}

async fn wait_until_free(data: &Path) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !working_in(data).is_empty() {
        if Instant::now() > deadline {
            return false;
        }
        sleep(POLL).await;
    }
    true
}

/// Whether the server with this process id says in its lock file that it accepts connections
/// (eighth line, `PostgreSQL` 10 and later).
pub(crate) fn is_ready(data: &Path, pid: u32) -> bool {
    let Ok(text) = std::fs::read_to_string(data.join(LOCK_FILE)) else { return false };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.first() == Some(&pid.to_string().as_str()) && lines.get(7) == Some(&"ready")
}
