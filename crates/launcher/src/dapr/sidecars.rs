//! A daprd for every replica.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::future::join_all;
use serde_json::json;
use todo_local_runtime::{AppConfig, RuntimeConfig, free_ports::FreePorts};

use super::{
    DaprError, Host,
    daprd::{Common, PATIENCE, SidecarPorts, arguments, environment},
    resources::Filling,
};
use crate::process::{Process, Specification};

/// Where the sidecars find the rest of the runtime.
#[derive(Debug, Clone)]
pub struct SidecarsOptions {
    /// The program.
    pub daprd: PathBuf,
    /// `host:port,…` of Kafka.
    pub brokers: String,
    /// `host:port` of the scheduler.
    pub scheduler: String,
    /// Files and lines.
    pub host: Host,
    /// `warn`, `info`, `debug`.
    pub log_level: String,
}

/// Running sidecars. Dropped, they are killed.
#[derive(Debug)]
pub struct Sidecars {
    /// Of each application's replicas, in the order of the configuration.
    replicas: HashMap<String, Vec<Process>>,
    ports: HashMap<String, Vec<SidecarPorts>>,
    /// Keeps ports free for whoever is away.
    _ports: FreePorts,
}

impl Sidecars {
    /// Starts a sidecar for every application of the configuration, whose `database_url` and `partitions` play no part.
    /// Whether they are ready is for the caller to ask.
    ///
    /// # Errors
    /// [`DaprError`] when a file cannot be copied, or there is no port left.
    pub fn start(config: &RuntimeConfig, options: &SidecarsOptions) -> Result<Self, DaprError> {
        let common = common(config, options)?;
        let mut sidecars =
            Self { replicas: HashMap::new(), ports: HashMap::new(), _ports: FreePorts::default() };
        for (index, app) in config.apps.iter().enumerate() {
            sidecars.add(index, app, &common, options)?;
        }
        Ok(sidecars)
    }

    fn add(
        &mut self,
        index: usize,
        app: &AppConfig,
        common: &Common,
        options: &SidecarsOptions,
    ) -> Result<(), DaprError> {
        let ports = &mut self._ports;
        let mut take = || ports.take().map_err(DaprError::io("find a port for a sidecar"));
        let http = if app.http_port == 0 { take()? } else { app.http_port };
        let ports = SidecarPorts { http, grpc: take()?, internal: take()?, metrics: take()? };
        let replicas = self.replicas.entry(app.app_id.clone()).or_default();
        let name = match replicas.len() {
            0 => app.app_id.clone(),
            before => format!("{}-{}", app.app_id, before + 1),
        };
        let process = Process::start(Specification {
            name: format!("{name}-daprd"),
            index,
            program: options.daprd.clone(),
            arguments: arguments(common, app, ports),
            directory: options.host.folder.clone(),
            environment: environment(common, &name),
            backoff: options.host.backoff,
            patience: PATIENCE,
            output: options.host.output.clone(),
            guardian: Arc::clone(&options.host.guardian),
        });
        replicas.push(process);
        self.ports.entry(app.app_id.clone()).or_default().push(ports);
        Ok(())
    }

    /// Ports of the HTTP APIs of an application's replicas.
    #[must_use]
    pub fn http_ports(&self, app_id: &str) -> Vec<u16> {
        self.ports(app_id).map(|ports| ports.http).collect()
    }

    /// Ports of their gRPC APIs, which no service of ours uses.
    #[must_use]
    pub fn grpc_ports(&self, app_id: &str) -> Vec<u16> {
        self.ports(app_id).map(|ports| ports.grpc).collect()
    }

    fn ports(&self, app_id: &str) -> impl Iterator<Item = &SidecarPorts> {
        self.ports.get(app_id).into_iter().flatten()
    }

    /// Kills a sidecar; it stays down until [`Sidecars::restart`].
    ///
    /// # Errors
    /// [`DaprError::Unknown`].
    pub async fn kill(&self, app_id: &str, replica: usize) -> Result<(), DaprError> {
        self.replica(app_id, replica)?.kill().await;
        Ok(())
    }

    /// Stops a sidecar in an orderly way; it stays down until [`Sidecars::restart`].
    ///
    /// # Errors
    /// [`DaprError::Unknown`].
    pub async fn halt(&self, app_id: &str, replica: usize) -> Result<(), DaprError> {
        self.replica(app_id, replica)?.halt().await;
        Ok(())
    }

    /// Starts a sidecar again, after an orderly stop if it runs.
    ///
    /// # Errors
    /// [`DaprError::Unknown`].
    pub async fn restart(&self, app_id: &str, replica: usize) -> Result<(), DaprError> {
        self.replica(app_id, replica)?.restart().await;
        Ok(())
    }

    /// Kills every sidecar; they stay down until [`Sidecars::restart`].
    pub async fn kill_all(&self) {
        join_all(self.all().map(Process::kill)).await;
    }

    /// Stops every sidecar for good.
    pub async fn stop(&self) {
        join_all(self.all().map(Process::stop)).await;
    }

    /// Ends the wait of [`Sidecars::stop`]: nobody needs their APIs any more.
    pub fn hurry(&self) {
        self.all().for_each(Process::hurry);
    }

    fn all(&self) -> impl Iterator<Item = &Process> {
        self.replicas.values().flatten()
    }

    fn replica(&self, app_id: &str, replica: usize) -> Result<&Process, DaprError> {
        let found = self.replicas.get(app_id).and_then(|replicas| replicas.get(replica));
        let unknown = || DaprError::Unknown { app_id: app_id.to_owned(), replica };
        found.ok_or_else(unknown)
    }
}

/// Writes the copies of the resources and the second Configuration.
fn common(config: &RuntimeConfig, options: &SidecarsOptions) -> Result<Common, DaprError> {
    let folder = &options.host.folder;
    let filling =
        Filling { brokers: &options.brokers, secrets_file: config.secrets_file.as_deref() };
    let resources = filling.copy(&config.resources, &folder.join("resources"))?;
    let names = folder.join("names.yaml");
    let known = folder.join("names.db");
    forget(&known).map_err(DaprError::io(format!("remove {}", known.display())))?;
    std::fs::write(&names, name_resolution(&known))
        .map_err(DaprError::io(format!("write {}", names.display())))?;
    Ok(Common {
        resources,
        configurations: config.configuration.iter().cloned().chain([names]).collect(),
        scheduler: options.scheduler.clone(),
        log_level: options.log_level.clone(),
        dapr_api_token: config.dapr_api_token.clone(),
        app_api_token: config.app_api_token.clone(),
    })
}

/// Those who were killed are still in it, at ports that are nobody's or somebody else's now.
fn forget(known: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(known) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Sidecars find each other through a file: the default, multicast DNS, reaches beyond this machine, and does not work at
/// all in many containers. Its cleaning is off because it removes those who live. Its write-ahead log is off because the
/// switch to it does not wait for a lock: of sidecars that start together one was left without names.
///
/// Who is not renewed in time counts as gone. With the defaults, five seconds and one for a renewal, sidecars on a machine
/// that was fifteen times overbooked waited for each other's locks until nobody found anybody, for minutes. Nothing has to
/// survive a crash of the machine, so nobody waits for the disk.
fn name_resolution(file: &std::path::Path) -> String {
    let connection = format!("{}?_pragma=synchronous(OFF)", file.display());
    let configuration = json!({
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Configuration",
        "metadata": { "name": "names" },
        "spec": {
            "nameResolution": {
                "component": "sqlite",
                "version": "v1",
                "configuration": {
                    "connectionString": connection,
                    "cleanupInterval": "0",
                    "disableWAL": "true",
                    "busyTimeout": "9s",
                    "timeout": "10s",
                    "updateInterval": "30s",
                },
            },
            "features": [{ "name": "HotReload", "enabled": false }],
        },
    });
    configuration.to_string()
}
