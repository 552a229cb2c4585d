//! A port of this machine that leads to one in the cluster.

use std::{process::Stdio, time::Duration};

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::LONG;

/// Before a forward that has ended is opened again.
const PAUSE: Duration = Duration::from_millis(200);

/// `kubectl port-forward`, opened again on the same port whenever its pod goes away.
#[derive(Debug)]
pub(super) struct Forward {
    port: u16,
    keeper: JoinHandle<()>,
}

impl Forward {
    /// Opens a forward to `target`, such as `svc/chat-api`.
    ///
    /// # Errors
    /// When it is not there in time.
    pub(super) async fn open(namespace: &str, target: &str, to: u16) -> anyhow::Result<Self> {
        let arguments = |ports: String| {
            ["port-forward", "-n", namespace, target, &ports].map(str::to_owned).to_vec()
        };
        let (child, port) = start(&arguments(format!(":{to}"))).await?;
        let again = arguments(format!("{port}:{to}"));
        Ok(Self { port, keeper: tokio::spawn(keep(child, again)) })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

async fn start(arguments: &[String]) -> anyhow::Result<(Child, u16)> {
    let mut command = Command::new("kubectl");
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    // It complains of every connection that its other end has cut.
    command.stderr(Stdio::null());
    let mut child = command.spawn().context("start kubectl")?;
    let output = child.stdout.take().context("the output is piped")?;
    let lines = BufReader::new(output);
    let port = timeout(LONG, port_of(lines)).await.with_context(|| format!("{arguments:?}"))??;
    Ok((child, port))
}

/// The port in `Forwarding from 127.0.0.1:34567 -> 7000`; what it prints afterwards is read and forgotten.
async fn port_of(mut output: BufReader<ChildStdout>) -> anyhow::Result<u16> {
    let mut line = String::new();
    loop {
        line.clear();
        anyhow::ensure!(output.read_line(&mut line).await? > 0, "kubectl ended");
        let address = line.strip_prefix("Forwarding from 127.0.0.1:");
        if let Some(port) = address.and_then(|rest| rest.split(' ').next()?.parse().ok()) {
            tokio::spawn(async move { tokio::io::copy(&mut output, &mut tokio::io::sink()).await });
            return Ok(port);
        }
    }
}

async fn keep(mut child: Child, arguments: Vec<String>) {
    loop {
        // However it ended, it is needed again.
        let _ = child.wait().await;
        child = loop {
            sleep(PAUSE).await;
            if let Ok((child, _)) = start(&arguments).await {
                break child;
            }
        };
    }
}
