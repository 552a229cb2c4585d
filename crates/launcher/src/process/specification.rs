//! What a process is, and how one is made of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::backoff::Backoff;
use crate::guardian::Guardian;
use crate::output::Output;

/// How to run a process.
#[derive(Debug)]
pub(crate) struct Specification {
    pub(crate) name: String,
    /// Position in the manifest: decides the colour.
    pub(crate) index: usize,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) directory: PathBuf,
    pub(crate) environment: BTreeMap<OsString, OsString>,
    pub(crate) backoff: Backoff,
    /// From SIGTERM to SIGKILL.
    pub(crate) patience: Duration,
    pub(crate) output: Output,
    pub(crate) guardian: Arc<Guardian>,
}

impl Specification {
    /// One line of ours about the process.
    pub(super) fn say(&self, text: &str) {
        self.output.line(self.index, "todo", &format!("{} {text}", self.name));
    }

    /// Starts one, in a process group of its own.
    pub(super) fn spawn(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.directory)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C is for us alone: we decide who stops when.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    /// Hands on what the process writes, until it closes its ends.
    pub(super) fn forward(&self, child: &mut Child) -> JoinSet<()> {
        let mut streams = JoinSet::new();
        let (output, index) = (&self.output, self.index);
        if let Some(stream) = child.stdout.take() {
            let (output, name) = (output.clone(), self.name.clone());
            streams.spawn(async move { output.forward(index, &name, stream).await });
        }
        if let Some(stream) = child.stderr.take() {
            let (output, name) = (output.clone(), self.name.clone());
            streams.spawn(async move { output.forward(index, &name, stream).await });
        }
        streams
    }
}
