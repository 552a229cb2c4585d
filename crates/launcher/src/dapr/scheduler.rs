//! Dapr's scheduler: keeps jobs in an etcd of its own and calls the sidecars when they are due.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{DaprError, Host, daprd::inherited};
use crate::{
    health,
    parts::Parts,
    process::{PATIENCE, Process, Specification},
};
use todo_local_runtime::free_ports::FreePorts;

const READY_WITHIN: Duration = Duration::from_secs(120);
const ID: &str = "dapr-scheduler-server-0";

/// A scheduler that we run. Dropped, it is killed.
#[derive(Debug)]
pub struct Scheduler {
    process: Process,
    port: u16,
    healthz_port: u16,
    data: PathBuf,
    client: reqwest::Client,
    /// Keeps its ports free while it is away.
    _ports: FreePorts,
}

impl Scheduler {
    /// Starts a scheduler in `host.folder`, on the data that is there, and waits until it is ready.
    ///
    /// # Errors
    /// [`DaprError`].
    pub async fn start(parts: &Parts, host: &Host) -> Result<Self, DaprError> {
        let mut ports = FreePorts::default();
        let mut take = || ports.take().map_err(DaprError::io("find a port for the scheduler"));
        let (port, healthz_port, metrics) = (take()?, take()?, take()?);
        let (etcd_client, etcd_peer) = (take()?, take()?);
        let text = |value: &dyn std::fmt::Display| value.to_string();
        let data = host.folder.join("data");
        let arguments = [
            ("--id", ID.to_owned()),
            ("--port", text(&port)),
            ("--listen-address", "127.0.0.1".to_owned()),
            // What it tells sidecars to call; otherwise the machine's own address.
            ("--override-broadcast-host-port", format!("127.0.0.1:{port}")),
            ("--healthz-port", text(&healthz_port)),
            // 1.18 ignores this one: the health page answers on every address.
            ("--healthz-listen-address", "127.0.0.1".to_owned()),
            ("--metrics-port", text(&metrics)),
            ("--metrics-listen-address", "127.0.0.1".to_owned()),
            ("--etcd-data-dir", text(&data.display())),
            ("--etcd-client-port", text(&etcd_client)),
            ("--etcd-client-listen-address", "127.0.0.1".to_owned()),
            ("--etcd-initial-cluster", format!("{ID}=http://127.0.0.1:{etcd_peer}")),
            ("--log-level", "warn".to_owned()),
        ];
        let process = Process::start(Specification {
            name: "scheduler".to_owned(),
            index: 0,
            program: parts.scheduler.clone(),
            arguments: arguments
                .into_iter()
                .flat_map(|(key, value)| [key.to_owned(), value])
                .collect(),
            directory: host.folder.clone(),
            environment: inherited(),
            backoff: host.backoff,
            patience: PATIENCE,
            output: host.log("scheduler.log")?,
            guardian: Arc::clone(&host.guardian),
        });
        let client = reqwest::Client::new();
        let scheduler = Self { process, port, healthz_port, data, client, _ports: ports };
        scheduler.wait_until_ready().await?;
        Ok(scheduler)
    }

    /// `host:port`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Kills the scheduler; it stays down until [`Scheduler::restart`].
    pub async fn kill(&self) {
        self.process.kill().await;
    }

    /// Starts the scheduler again, on its port and data, and waits until it is ready.
    ///
    /// # Errors
    /// [`DaprError::NotReady`].
    pub async fn restart(&self) -> Result<(), DaprError> {
        self.process.restart().await;
        self.wait_until_ready().await
    }

    /// Kills the scheduler, removes its data, and starts it again: every job is lost.
    ///
    /// # Errors
    /// [`DaprError`].
    pub async fn lose_everything(&self) -> Result<(), DaprError> {
        self.process.kill().await;
        let action = DaprError::io(format!("remove {}", self.data.display()));
        std::fs::remove_dir_all(&self.data).map_err(action)?;
        self.restart().await
    }

    /// Stops the scheduler for good.
    pub async fn stop(&self) {
        self.process.stop().await;
    }

    async fn wait_until_ready(&self) -> Result<(), DaprError> {
        let url = format!("http://127.0.0.1:{}/healthz", self.healthz_port);
        if health::wait(&self.client, &url, Instant::now() + READY_WITHIN).await {
            return Ok(());
        }
        Err(DaprError::NotReady { what: "the scheduler".into(), seconds: READY_WITHIN.as_secs() })
    }
}
