//! Starts, restarts and crashes a runtime.

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::Value;
use todo_launcher::RuntimeKind;
use todo_local_runtime::{AppConfig, RuntimeConfig, database::TestDatabase};
use uuid::Uuid;

use super::{Sidecar, broker, embedded::Embedded, files, grpc, kind, real::Real};

/// Partitions of every topic.
const PARTITIONS: u16 = 4;

/// A runtime with its database and files.
pub(crate) struct World {
    running: Running,
    config: RuntimeConfig,
    folder: PathBuf,
    client: reqwest::Client,
    /// Kept for its drop.
    _database: TestDatabase,
}

enum Running {
    Embedded(Box<Embedded>),
    Real(Box<Real>),
}

/// Collects files and applications.
pub(crate) struct WorldBuilder {
    files: Vec<String>,
    topics: BTreeSet<String>,
    configuration: Option<String>,
    apps: Vec<AppConfig>,
    secrets: Option<Value>,
    tokens: Option<(String, String)>,
    impatient: bool,
}

/// Begins a world with one resource file per text.
pub(crate) fn world<T: Into<String>>(files: impl IntoIterator<Item = T>) -> WorldBuilder {
    WorldBuilder {
        files: files.into_iter().map(Into::into).collect(),
        topics: BTreeSet::new(),
        configuration: None,
        apps: Vec::new(),
        secrets: None,
        tokens: None,
        impatient: false,
    }
}

impl WorldBuilder {
    pub(crate) fn app(self, id: &str, port: u16) -> Self {
        self.configured_app(AppConfig::new(id, port))
    }

    pub(crate) fn configured_app(mut self, app: AppConfig) -> Self {
        self.apps.push(app);
        self
    }

    /// Reads a folder of resources beside the files of the test.
    pub(crate) fn folder(mut self, folder: PathBuf) -> Self {
        self.files.extend(files::of_folder(&folder));
        self
    }

    /// A topic that no Subscription file names.
    pub(crate) fn topic(mut self, name: &str) -> Self {
        self.topics.insert(name.to_owned());
        self
    }

    /// An application without a port, to call sidecars with.
    pub(crate) fn client(self, id: &str) -> Self {
        let mut app = AppConfig::new(id, 0);
        app.app_port = None;
        self.configured_app(app)
    }

    pub(crate) fn configuration(mut self, text: &str) -> Self {
        self.configuration = Some(text.to_owned());
        self
    }

    pub(crate) fn secrets(mut self, secrets: Value) -> Self {
        self.secrets = Some(secrets);
        self
    }

    pub(crate) fn tokens(mut self, api: &str, app: &str) -> Self {
        self.tokens = Some((api.to_owned(), app.to_owned()));
        self
    }

    /// Does not wait until the applications are there.
    pub(crate) fn impatient(mut self) -> Self {
        self.impatient = true;
        self
    }

    /// Starts; `DATABASE` in files and secrets becomes the URL of the test's database.
    pub(crate) async fn start(self) -> World {
        self.try_start().await.unwrap()
    }

    /// The same, or what the runtime says why it does not start.
    pub(crate) async fn try_start(mut self) -> Result<World, String> {
        let database = TestDatabase::create().await.unwrap();
        let url = database.url().to_owned();
        let name = Uuid::new_v4().simple().to_string();
        let folder = broker::folder().join(&name);
        let patient = !self.impatient;
        let (config, lease) = match kind() {
            RuntimeKind::Local => (self.write(&folder, &url), None),
            RuntimeKind::Dapr => {
                self.topics.extend(files::topics(&self.files));
                let lease = match files::has_broker(&self.files) {
                    true => Some(broker::lease(&self.topics, PARTITIONS).await),
                    false => None,
                };
                let own = |text: &String| files::with_own_groups(text, &name[..8]);
                self.files = self.files.iter().map(own).collect();
                (self.write(&folder, &url), lease)
            }
        };
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let running = match kind() {
            RuntimeKind::Local => {
                Running::Embedded(Box::new(Embedded::start(config.clone()).await?))
            }
            RuntimeKind::Dapr => {
                let real = Real::start(config.clone(), &folder, lease, client.clone()).await?;
                Running::Real(Box::new(real))
            }
        };
        let world = World { running, config, folder, client, _database: database };
        if patient {
            world.wait_until_ready().await;
        }
        Ok(world)
    }

    /// Writes the files.
    fn write(self, folder: &std::path::Path, url: &str) -> RuntimeConfig {
        let resources = folder.join("resources");
        std::fs::create_dir_all(&resources).unwrap();
        let fill = |text: &str| text.replace("DATABASE", url);
        for (index, text) in self.files.iter().enumerate() {
            std::fs::write(resources.join(format!("{index:02}.yaml")), fill(text)).unwrap();
        }
        let mut config = RuntimeConfig::new(url);
        config.resources = vec![resources];
        config.apps = self.apps;
        config.partitions = PARTITIONS.into();
        if let Some(text) = self.configuration {
            config.configuration = Some(folder.join("config.yaml"));
            std::fs::write(folder.join("config.yaml"), text).unwrap();
        }
        if let Some(secrets) = self.secrets {
            config.secrets_file = Some(folder.join("secrets.json"));
            std::fs::write(folder.join("secrets.json"), fill(&secrets.to_string())).unwrap();
        }
        (config.dapr_api_token, config.app_api_token) = self.tokens.unzip();
        config
    }
}

impl World {
    /// Waits for the applications that have no health check.
    async fn wait_until_ready(&self) {
        for app in &self.config.apps {
            if app.app_port.is_some() && app.health_check_path.is_none() {
                for replica in 0..self.ports(&app.app_id).len() {
                    self.replica(&app.app_id, replica).wait_until_ready().await;
                }
            }
        }
    }

    fn ports(&self, app_id: &str) -> Vec<u16> {
        match &self.running {
            Running::Embedded(embedded) => embedded.ports(app_id),
            Running::Real(real) => real.ports(app_id),
        }
    }

    /// Ends the sidecars as a signal would: everything in flight is given its time.
    pub(crate) async fn stop(&mut self) {
        match &mut self.running {
            Running::Embedded(embedded) => embedded.stop().await,
            Running::Real(real) => real.stop().await,
        }
    }

    /// Ends the sidecars as a power cut would, and the scheduler too.
    pub(crate) fn kill(&mut self) {
        match &mut self.running {
            Running::Embedded(embedded) => embedded.kill(),
            Running::Real(real) => real.kill(),
        }
    }

    /// Ends the first sidecar of an application alone, as a power cut would. Of the real runtime only.
    pub(crate) async fn kill_sidecar(&self, app_id: &str) {
        match &self.running {
            Running::Embedded(_) => panic!("sidecars of the local runtime are one process"),
            Running::Real(real) => real.kill_sidecar(app_id).await,
        }
    }

    /// Starts again after [`World::stop`] or [`World::kill`].
    pub(crate) async fn start_again(&mut self) {
        match &mut self.running {
            Running::Embedded(embedded) => embedded.start_again().await,
            Running::Real(real) => real.start_again().await,
        }
        self.wait_until_ready().await;
    }

    pub(crate) fn sidecar(&self, app_id: &str) -> Sidecar {
        self.replica(app_id, 0)
    }

    /// Calls a method of an application's first sidecar over gRPC; answers its status. Of the real runtime only.
    pub(crate) async fn grpc(&self, app_id: &str, method: &str) -> u8 {
        let Running::Real(real) = &self.running else {
            panic!("sidecars of the local runtime do not speak gRPC")
        };
        let token = self.config.dapr_api_token.as_deref().unwrap_or_default();
        grpc::call(real.grpc_ports(app_id)[0], token, method).await
    }

    /// The sidecar of a replica, in the order of the applications.
    pub(crate) fn replica(&self, app_id: &str, replica: usize) -> Sidecar {
        let token = self.config.dapr_api_token.clone();
        Sidecar::new(self.ports(app_id)[replica], self.client.clone(), token)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
