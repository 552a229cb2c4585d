//! The system suite, as far as it takes nothing away, on the product in the cluster.

use std::process::Stdio;

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::{charts::root, options::Options};

/// Tests that end processes or stop parts of one machine. In the cluster this program does the like itself.
const ON_ONE_MACHINE: [&str; 12] = [
    "deadly::",
    "issuer::",
    "machine::",
    "outages::",
    "redis::",
    "replicas::",
    "weather::",
    "smoke::",
    "topics::",
    "faults::killing_chat_api_in_mid_write_loses_no_event",
    "reminders::the_sweep_brings_what_the_scheduler_lost",
    // A forward hides from the client that the server has cut it off.
    "half_sent::",
];

/// Runs it.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["test", "--workspace", "--test", "system", "--"]);
    for name in ON_ONE_MACHINE {
        command.args(["--skip", name]);
    }
    command.env("TODO_RUNTIME", "cluster").env("TODO_NAMESPACE", &options.namespace);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let status = command.status().await.context("start cargo")?;
    ensure!(status.success(), "the system suite: {status}");
    Ok(())
}
