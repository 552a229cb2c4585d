//! The running product: database, sidecars and services, in the order they need each other.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;
use uuid::Uuid;

use crate::error::LauncherError;
use crate::folder::Folder;
use crate::guardian::Guardian;
use crate::keys::Keys;
use crate::manifest::{App, Manifest};
use crate::options::{RuntimeKind, SuiteOptions};
use crate::process::Process;
use crate::sidecars::{Ground, Sidecars, configuration};
use crate::starting::{open_storage, start_services};
use crate::storage::Storage;
use crate::{health, ports, replicas, secrets};
use todo_local_runtime::free_ports::FreePorts;

/// The running product. An application is called by its name: that of `dapr.yaml` for the first replica, `websocket-2` for
/// the second. Call [`Suite::stop`] in the end; a dropped suite is cleaned up too, but
/// without grace and in the background.
pub struct Suite {
    manifest: Manifest,
    pub(crate) keys: Keys,
    pub(crate) client: reqwest::Client,
    pub(crate) ready_within: Duration,
    services: BTreeMap<String, Process>,
    pub(crate) sidecars: Sidecars,
    pub(crate) storage: Storage,
    /// Keeps ports free for whoever is away at the moment.
    _ports: FreePorts,
    // Dropped after the server that works in it.
    _folder: Folder,
    _temporary: Option<TemporaryFolder>,
}

impl Suite {
    /// Starts everything and waits until every application and sidecar is ready.
    ///
    /// # Errors
    /// Any [`LauncherError`]; what had been started is stopped again.
    pub async fn start(options: SuiteOptions) -> Result<Self, LauncherError> {
        let mut manifest = Manifest::read(&options.root.join("dapr.yaml"))?;
        replicas::replicate(&mut manifest, &options.replicas)?;
        let temporary = options.data_dir.is_none().then(TemporaryFolder::new);
        let path = temporary.as_ref().map(|folder| &folder.0).or(options.data_dir.as_ref());
        let folder = Folder::open(path.unwrap_or(&options.root.join(".todo")))?;
        let ports = if options.free_ports {
            ports::choose_free(&mut manifest)?
        } else {
            ports::wait_until_free(&manifest).await?;
            FreePorts::default()
        };
        let guardian = Arc::new(Guardian::start()?);
        if options.fresh {
            folder.empty().await?;
        }
        let ground = folder.file("dapr");
        let (storage, ground) = tokio::join!(
            open_storage(&options, &folder, &guardian),
            Ground::prepare(&options, &ground, &guardian),
        );
        let ((storage, keys), ground) = (storage?, ground?);
        tracing::debug!("database ready");
        let secrets_file = folder.file("secrets.json");
        secrets::write(&secrets_file, &keys, &storage.access())?;
        let config = configuration(&manifest, &keys, storage.url().to_owned(), secrets_file);
        let sidecars = ground.start(config).await?;
        tracing::debug!("sidecars started");
        let services = start_services(&options, &manifest, &keys, &guardian)?;
        let suite = Self {
            manifest,
            keys,
            client: reqwest::Client::new(),
            ready_within: options.ready_within,
            services,
            sidecars,
            storage,
            _ports: ports,
            _folder: folder,
            _temporary: temporary,
        };
        suite.wait_until_ready(&suite.manifest.apps).await?;
        Ok(suite)
    }

    /// Address for people, `http://127.0.0.1:…`, without a slash at the end.
    ///
    /// # Errors
    /// [`LauncherError::Unknown`] when the application has no such port.
    pub fn public_url(&self, app: &str) -> Result<String, LauncherError> {
        let port = self.find(app)?.public_port;
        let missing = || LauncherError::Unknown { app: app.to_owned(), what: "a public port" };
        port.map(local).ok_or_else(missing)
    }

    /// Address its sidecar calls.
    ///
    /// # Errors
    /// [`LauncherError::Unknown`].
    pub fn app_url(&self, app: &str) -> Result<String, LauncherError> {
        Ok(local(self.find(app)?.app_port))
    }

    /// Address of its sidecar's HTTP API (needs the header `dapr-api-token`).
    ///
    /// # Errors
    /// [`LauncherError::Unknown`].
    pub fn sidecar_url(&self, app: &str) -> Result<String, LauncherError> {
        Ok(local(self.find(app)?.sidecar_port))
    }

    /// Names of the replicas of an application, in order.
    pub fn replicas(&self, app_id: &str) -> Vec<&str> {
        let replicas = self.manifest.apps.iter().filter(|app| app.id == app_id);
        replicas.map(|app| app.name.as_str()).collect()
    }

    /// The secrets of this run.
    #[must_use]
    pub fn secrets(&self) -> &Keys {
        &self.keys
    }

    /// Connection URL of the database's administrator.
    #[must_use]
    pub fn database_url(&self) -> &str {
        self.storage.url()
    }

    /// Which sidecars are used.
    #[must_use]
    pub fn runtime(&self) -> RuntimeKind {
        match self.sidecars {
            Sidecars::Embedded(_) => RuntimeKind::Local,
            Sidecars::Dapr(..) => RuntimeKind::Dapr,
        }
    }

    /// Stops services, sidecars and database, in this order; of the real sidecars, each is told before its service. What had
    /// to be killed is named in the output.
    ///
    /// # Errors
    /// [`LauncherError::Database`] when the server does not stop.
    pub async fn stop(self) -> Result<(), LauncherError> {
        let Self { services, sidecars, mut storage, .. } = self;
        sidecars.stop_with(join_all(services.values().map(Process::stop))).await;
        storage.stop().await
    }

    pub(crate) fn find(&self, app: &str) -> Result<&App, LauncherError> {
        let found = self.manifest.apps.iter().find(|known| known.name == app);
        found.ok_or_else(|| LauncherError::Unknown { app: app.to_owned(), what: "this name" })
    }

    pub(crate) fn service(&self, app: &str) -> Result<&Process, LauncherError> {
        let found = self.services.get(app);
        found.ok_or_else(|| LauncherError::Unknown { app: app.to_owned(), what: "this name" })
    }

    pub(crate) async fn wait_until_ready(&self, apps: &[App]) -> Result<(), LauncherError> {
        let deadline = Instant::now() + self.ready_within;
        let waits = apps.iter().map(|app| async move {
            let path = app.health_path.as_deref().unwrap_or("/healthz");
            let mut urls = vec![
                format!("{}{path}", local(app.app_port)),
                format!("{}/v1.0/healthz", local(app.sidecar_port)),
            ];
            urls.extend(app.public_port.map(|_| format!("{}/readyz", local(app.app_port))));
            for url in urls {
                if !health::wait(&self.client, &url, deadline).await {
                    return Some(app.name.clone());
                }
            }
            None
        });
        let late: Vec<String> = join_all(waits).await.into_iter().flatten().collect();
        if late.is_empty() {
            return Ok(());
        }
        Err(LauncherError::NotReady { apps: late.join(", "), seconds: self.ready_within.as_secs() })
    }
}

pub(crate) fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// A folder that ends with the suite.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("todo-suite-{}", Uuid::new_v4().simple())))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, folder = %self.0.display(), "not removed");
        }
    }
}
