//! How a suite is to be started.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::backoff::Backoff;
use crate::output::Output;
use crate::replicas::Replicas;

/// Which sidecars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RuntimeKind {
    /// Those embedded in the launcher.
    #[default]
    Local,
    /// daprd, with Kafka and Dapr's scheduler.
    Dapr,
}

/// How to start a suite. [`SuiteOptions::new`] gives what a person wants, [`SuiteOptions::for_test`]
/// what a test wants.
#[derive(Clone)]
pub struct SuiteOptions {
    /// The folder with `dapr.yaml`.
    pub root: PathBuf,
    /// Which sidecars to use.
    pub runtime: RuntimeKind,
    /// A Kafka that runs already, `host:port,…`, for the real sidecars; otherwise one is started.
    pub brokers: Option<String>,
    /// What the real sidecars log: `error`, `warn`, `info`, `debug`. daprd warns of every feature that is not in use.
    pub dapr_log_level: String,
    /// Where data lives between starts. `None`: a temporary folder and a temporary database server,
    /// both removed in the end.
    pub data_dir: Option<PathBuf>,
    /// Forget what is in `data_dir` first.
    pub fresh: bool,
    /// Free ports instead of those in `dapr.yaml`.
    pub free_ports: bool,
    /// How many replicas of the applications, which then have names like `websocket-2`.
    pub replicas: Replicas,
    /// A database of the user's own instead of a private server.
    pub database_url: Option<String>,
    /// Where the services' programs and `migrate` are. A program that is not there is run as
    /// `dapr.yaml` says.
    pub binaries: PathBuf,
    /// Whether to run `migrate`; stand-in services need no tables.
    pub migrate: bool,
    /// Environment on top of `dapr.yaml`, by app-id.
    pub env: BTreeMap<String, BTreeMap<String, String>>,
    /// Pauses before a crashed service is started again.
    pub backoff: Backoff,
    /// Where log lines go.
    pub output: Output,
    /// How long everything may take to become ready.
    pub ready_within: Duration,
}

impl SuiteOptions {
    /// Durable data in `root/.todo`, the ports of `dapr.yaml`, programs from `binaries`.
    pub fn new(root: impl Into<PathBuf>, binaries: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self {
            data_dir: Some(root.join(".todo")),
            root,
            runtime: RuntimeKind::default(),
            brokers: None,
            dapr_log_level: "error".to_owned(),
            fresh: false,
            free_ports: false,
            replicas: Replicas::default(),
            database_url: None,
            binaries: binaries.into(),
            migrate: true,
            env: BTreeMap::new(),
            backoff: Backoff::default(),
            output: Output::stdout(),
            ready_within: Duration::from_secs(120),
        }
    }

    /// Temporary data, free ports, quick restarts.
    pub fn for_test(root: impl Into<PathBuf>, binaries: impl Into<PathBuf>) -> Self {
        let first = Duration::from_millis(20);
        Self {
            data_dir: None,
            free_ports: true,
            backoff: Backoff { first, most: first * 10, settled_after: Duration::from_secs(5) },
            ..Self::new(root, binaries)
        }
    }
}
