//! `kubectl` and `helm`, run to their end.

use std::{ffi::OsStr, process::Stdio};

use anyhow::{Context, ensure};
use tokio::{io::AsyncWriteExt, process::Command};

/// Runs a program; answers what it printed.
///
/// # Errors
/// When it cannot be started, or fails: with its words.
pub async fn run<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
) -> anyhow::Result<String> {
    feed(program, arguments, "").await
}

/// Runs a program with something to read.
///
/// # Errors
/// As [`run`].
pub async fn feed<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
    input: &str,
) -> anyhow::Result<String> {
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let what = format!("{:?}", command.as_std());
    let mut child = command.spawn().with_context(|| format!("start {program}"))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input.as_bytes()).await.with_context(|| what.clone())?;
    }
    let output = child.wait_with_output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{what}: {}\n{said}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}
