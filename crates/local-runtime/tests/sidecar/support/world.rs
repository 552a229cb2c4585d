//! Starts, restarts and crashes a runtime.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use todo_local_runtime::{AppConfig, Error, Runtime, RuntimeConfig, database::TestDatabase};
use uuid::Uuid;

use super::PATIENCE;

/// A runtime with its database and files. It lives in a tokio runtime of its own, so that it can be killed.
pub(crate) struct World {
    config: RuntimeConfig,
    folder: PathBuf,
    host: Option<tokio::runtime::Runtime>,
    runtime: Option<Runtime>,
    /// Of the sidecars of each application's replicas.
    ports: HashMap<String, Vec<u16>>,
    client: reqwest::Client,
    /// Kept for its drop.
    _database: Option<TestDatabase>,
}

/// Collects files and applications.
pub(crate) struct WorldBuilder {
    files: Vec<String>,
    folders: Vec<PathBuf>,
    database_url: Option<String>,
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
        folders: Vec::new(),
        database_url: None,
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

    /// Uses a database of the test's own making.
    pub(crate) fn database(mut self, url: String) -> Self {
        self.database_url = Some(url);
        self
    }

    /// Reads a folder of resources beside the files of the test.
    pub(crate) fn folder(mut self, folder: PathBuf) -> Self {
        self.folders.push(folder);
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

    pub(crate) async fn try_start(self) -> Result<World, Error> {
        let (database, url) = match self.database_url {
            Some(url) => (None, url),
            None => {
                let database = TestDatabase::create().await.unwrap();
                let url = database.url().to_owned();
                (Some(database), url)
            }
        };
        let folder = std::env::temp_dir().join(format!("sidecar-test-{}", Uuid::new_v4()));
        let resources = folder.join("resources");
        std::fs::create_dir_all(&resources).unwrap();
        let fill = |text: &str| text.replace("DATABASE", &url);
        for (index, text) in self.files.iter().enumerate() {
            std::fs::write(resources.join(format!("{index:02}.yaml")), fill(text)).unwrap();
        }
        let mut config = RuntimeConfig::new(&url);
        config.resources = std::iter::once(resources).chain(self.folders).collect();
        config.apps = self.apps;
        config.partitions = 4;
        if let Some(text) = self.configuration {
            config.configuration = Some(folder.join("config.yaml"));
            std::fs::write(folder.join("config.yaml"), text).unwrap();
        }
        if let Some(secrets) = self.secrets {
            config.secrets_file = Some(folder.join("secrets.json"));
            std::fs::write(folder.join("secrets.json"), fill(&secrets.to_string())).unwrap();
        }
        (config.dapr_api_token, config.app_api_token) = self.tokens.unzip();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let (host, runtime, ports) = (None, None, HashMap::new());
        let mut world = World { config, folder, host, runtime, ports, client, _database: database };
        world.run().await?;
        if !self.impatient {
            world.wait_until_ready().await;
        }
        Ok(world)
    }
}

impl World {
    async fn run(&mut self) -> Result<(), Error> {
        let host = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let runtime = host.spawn(Runtime::start(self.config.clone())).await.unwrap();
        match runtime {
            Err(error) => {
                host.shutdown_background();
                return Err(error);
            }
            Ok(runtime) => {
                for app in &self.config.apps {
                    let ports = runtime.http_ports(&app.app_id).to_vec();
                    self.ports.insert(app.app_id.clone(), ports);
                }
                self.runtime = Some(runtime);
            }
        }
        self.host = Some(host);
        Ok(())
    }

    /// Waits for the applications that have no health check.
    async fn wait_until_ready(&self) {
        for app in &self.config.apps {
            if app.app_port.is_some() && app.health_check_path.is_none() {
                for replica in 0..self.ports[&app.app_id].len() {
                    self.replica(&app.app_id, replica).wait_until_ready().await;
                }
            }
        }
    }

    /// Ends the runtime as a signal would: everything in flight is given its time.
    pub(crate) async fn stop(&mut self) {
        if let (Some(runtime), Some(host)) = (self.runtime.take(), self.host.take()) {
            host.spawn(runtime.shutdown()).await.unwrap();
            host.shutdown_background();
        }
    }

    /// Ends the runtime as a power cut would: all tasks stop where they are.
    pub(crate) fn kill(&mut self) {
        self.runtime = None;
        if let Some(host) = self.host.take() {
            host.shutdown_background();
        }
    }

    /// Starts again after [`World::stop`] or [`World::kill`].
    pub(crate) async fn start_again(&mut self) {
        self.run().await.unwrap();
        self.wait_until_ready().await;
    }

    pub(crate) fn sidecar(&self, app_id: &str) -> Sidecar {
        self.replica(app_id, 0)
    }

    /// The sidecar of a replica, in the order of the applications.
    pub(crate) fn replica(&self, app_id: &str, replica: usize) -> Sidecar {
        let token = self.config.dapr_api_token.clone();
        Sidecar {
            base: format!("http://127.0.0.1:{}", self.ports[app_id][replica]),
            client: self.client.clone(),
            token,
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A client of one sidecar.
pub(crate) struct Sidecar {
    pub(crate) base: String,
    client: reqwest::Client,
    token: Option<String>,
}

impl Sidecar {
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.header("dapr-api-token", token),
            None => request,
        }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.call(Method::GET, path)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.call(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Publishes JSON to a topic of `events`; `query` begins with `?` or is empty.
    pub(crate) async fn publish(&self, topic: &str, query: &str, body: &Value) {
        let answer = self.post(&format!("/v1.0/publish/events/{topic}{query}"), body).await;
        assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
    }

    /// Runs one operation of a binding.
    pub(crate) async fn binding(
        &self,
        name: &str,
        operation: &str,
        sql: &str,
        params: &str,
    ) -> Response {
        let mut metadata = serde_json::json!({"sql": sql});
        if !params.is_empty() {
            metadata["params"] = params.into();
        }
        let body = serde_json::json!({"operation": operation, "metadata": metadata});
        self.post(&format!("/v1.0/bindings/{name}"), &body).await
    }

    pub(crate) async fn wait_until_ready(&self) {
        self.wait_for(async || {
            self.get("/v1.0/healthz").send().await.is_ok_and(|a| a.status() == 204)
        })
        .await;
    }

    /// Asks again and again until it is so.
    pub(crate) async fn wait_for(&self, condition: impl AsyncFn() -> bool) {
        let asked = async {
            while !condition().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, asked).await.is_ok(), "condition not met in time");
    }
}
