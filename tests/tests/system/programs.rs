//! Programs of the product that are run as they are in a cluster: told by their environment, and judged by what they print.

use std::{
    path::PathBuf,
    process::{Output, Stdio},
};

use tokio::process::Command;

/// What a program left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// Its standard output.
    pub(crate) said: String,
    /// Its standard error.
    pub(crate) complained: String,
}

/// A program of the workspace, with nothing in its environment.
pub(crate) fn program(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let folder: PathBuf = test.ancestors().nth(2).unwrap().into();
    let mut command = Command::new(folder.join(name));
    command.env_clear().stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a program to its end.
pub(crate) async fn run(command: &mut Command) -> Ended {
    Ended::of(command.output().await.unwrap())
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            success: output.status.success(),
            said: text(output.stdout),
            complained: text(output.stderr),
        }
    }
}
