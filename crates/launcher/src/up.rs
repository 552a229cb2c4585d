//! `todo-local up`: run the product for a person, until they stop it.

use std::path::PathBuf;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

use crate::banner;
use crate::error::LauncherError;
use crate::options::{RuntimeKind, SuiteOptions};
use crate::output::Output;
use crate::replicas::Replicas;
use crate::suite::Suite;

/// What the command line says.
#[derive(Clone)]
pub struct UpOptions {
    /// The folder with `dapr.yaml`.
    pub root: PathBuf,
    /// Where the programs are.
    pub binaries: PathBuf,
    /// Where data is kept; `None` for `.todo` below `root`.
    pub data: Option<PathBuf>,
    /// Free ports instead of those in `dapr.yaml`.
    pub free_ports: bool,
    /// How many replicas of the applications.
    pub replicas: Replicas,
    /// Forget earlier data.
    pub fresh: bool,
    /// Which sidecars to use.
    pub runtime: RuntimeKind,
    /// A Kafka of the user's own.
    pub brokers: Option<String>,
    /// What the real sidecars log.
    pub dapr_log_level: String,
    /// A database of the user's own.
    pub database_url: Option<String>,
    /// Where everything is written.
    pub output: Output,
}

/// Whether all of the data is ours to forget.
fn may_forget(options: &UpOptions) -> Result<(), LauncherError> {
    let given = |variable, remedy| Err(LauncherError::FreshOnGiven { variable, remedy });
    match options {
        UpOptions { database_url: Some(_), .. } => given("DATABASE_URL", "drop the schemas"),
        UpOptions { brokers: Some(_), runtime: RuntimeKind::Dapr, .. } => {
            given("KAFKA_BROKERS", "delete topics and groups")
        }
        UpOptions { .. } => Ok(()),
    }
}

/// Starts everything, says where it is, and stops it at SIGINT or SIGTERM. A second signal ends
/// everything at once: the guarding shell then kills what is left.
///
/// # Errors
/// Any [`LauncherError`].
pub async fn up(options: UpOptions) -> Result<(), LauncherError> {
    if options.fresh {
        may_forget(&options)?;
    }
    let began = Instant::now();
    let mut signals = Signals::listen()?;
    let output = options.output.clone();
    let data = match (&options.database_url, &options.data) {
        (Some(_), _) => "kept in your DATABASE_URL".to_owned(),
        (None, Some(folder)) => format!("kept in {}", folder.display()),
        (None, None) => "kept in .todo/ (./todo up --fresh starts over)".to_owned(),
    };
    let mut suite = SuiteOptions::new(options.root, options.binaries);
    suite.runtime = options.runtime;
    suite.brokers = options.brokers;
    suite.dapr_log_level = options.dapr_log_level;
    suite.fresh = options.fresh;
    suite.free_ports = options.free_ports;
    suite.replicas = options.replicas;
    if let Some(folder) = options.data {
        suite.data_dir = Some(folder);
    }
    suite.database_url = options.database_url;
    suite.output = output.clone();
    let suite = tokio::select! {
        started = Suite::start(suite) => started?,
        () = signals.next() => return Ok(()),
    };
    output.write(&banner::text(&suite, &data, began.elapsed())?);
    signals.next().await;
    output.write("\nStopping (Ctrl-C again to force) …\n");
    let stopping = Instant::now();
    tokio::select! {
        stopped = suite.stop() => stopped?,
        () = signals.next() => {
            output.write("Forced.\n");
            return Ok(());
        }
    }
    let seconds = stopping.elapsed().max(Duration::from_millis(1)).as_secs_f32();
    output.write(&format!("Stopped ({seconds:.1} s).\n"));
    Ok(())
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, LauncherError> {
        let listen = |kind| signal(kind).map_err(LauncherError::io("listen for signals"));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
