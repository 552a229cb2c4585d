//! Stops what we started when we are killed and cannot do it ourselves.
//!
//! A launcher killed with SIGKILL would leave services on their ports. A small shell knows their
//! process ids and sees our end as the end of its input.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::error::LauncherError;

const SCRIPT: &str = r#"
services=' ' database=''
while read -r verb pid; do
  case $verb in
    add) services="$services$pid " ;;
    del) rest=' '; for each in $services; do [ "$each" = "$pid" ] || rest="$rest$each "; done; services=$rest ;;
    database) database=$pid ;;
    stopped) database='' ;;
  esac
done
alive() { for each in $services; do kill -0 "$each" 2>/dev/null && return 0; done; return 1; }
for each in $services; do kill -TERM "$each" 2>/dev/null; done
tries=0
while alive && [ "$tries" -lt 60 ]; do sleep 0.05; tries=$((tries + 1)); done
for each in $services; do kill -KILL "$each" 2>/dev/null; done
[ -z "$database" ] || kill -INT "$database" 2>/dev/null
"#;

/// The guarding shell. When it is dropped, it stops whatever is still registered.
#[derive(Debug)]
pub(crate) struct Guardian {
    shell: Mutex<Child>,
}

impl Guardian {
    /// Starts the shell.
    ///
    /// # Errors
    /// [`LauncherError::Io`].
    pub(crate) fn start() -> Result<Self, LauncherError> {
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "todo-guardian"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            .process_group(0)
            .spawn()
            .map_err(LauncherError::io("start the guarding shell"))?;
        Ok(Self { shell: Mutex::new(shell) })
    }

    /// A service that must not outlive us.
    pub(crate) fn add(&self, pid: u32) {
        self.tell("add", pid);
    }

    /// A service that has ended; its id may soon be somebody else's.
    pub(crate) fn remove(&self, pid: u32) {
        self.tell("del", pid);
    }

    /// The private database, stopped after the services.
    pub(crate) fn database(&self, pid: u32) {
        self.tell("database", pid);
    }

    /// The private database has ended.
    pub(crate) fn database_stopped(&self, pid: u32) {
        self.tell("stopped", pid);
    }

    fn tell(&self, verb: &str, pid: u32) {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        let told = shell.stdin.as_mut().map(|input| writeln!(input, "{verb} {pid}"));
        if !matches!(told, Some(Ok(()))) {
            tracing::warn!("the guarding shell is gone: services may outlive a killed launcher");
        }
    }
}
