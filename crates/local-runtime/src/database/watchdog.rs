//! Cleans up after a temporary server when our process ends without saying goodbye.
//!
//! A test process may be killed, and a shared server in a `static` is never dropped. So a tiny shell
//! holds the reading end of a pipe: when the writing end closes, for whatever reason, it stops the
//! server and removes its folder. `PR_SET_PDEATHSIG` was rejected: it fires when the *thread* that
//! started the child ends, which in a test is long before the process does.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::error::DatabaseError;

const SCRIPT: &str = r#"
while read -r _; do :; done
kill -QUIT "$1" 2>/dev/null
tries=0
while [ -e "$2/data/postmaster.pid" ] && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf "$2"
"#;

/// The guarding shell; it acts when this value's process ends.
#[derive(Debug)]
pub(crate) struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Guards the server `pid`, whose files are all in `directory`.
    ///
    /// # Errors
    /// [`DatabaseError::Io`] when no shell can be started.
    pub(crate) fn start(pid: u32, directory: &Path) -> Result<Self, DatabaseError> {
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "todo-postgres-watchdog", &pid.to_string()])
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .process_group(0)
            .spawn()
            .map_err(DatabaseError::io("start the watchdog of a temporary server"))?;
        Ok(Self { shell })
    }

    /// Calls the guard off: the owner cleans up itself.
    pub(crate) fn dismiss(&mut self) {
        if self.shell.kill().and_then(|()| self.shell.wait()).is_err() {
            tracing::debug!("the watchdog of a temporary server was gone already");
        }
    }
}
