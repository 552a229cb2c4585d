//! The whole product: on free ports of this machine, with a database of its own, or in a cluster.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;
use todo_launcher::Suite;
use uuid::Uuid;

use crate::{
    Cluster, Connection, Lines, Person, ProductBuilder, Socket, output, settings::Settings,
};

/// A running product.
pub struct Product {
    place: Place,
    secrets: Secrets,
    client: reqwest::Client,
}

/// Where it runs.
enum Place {
    /// In processes of this machine.
    Machine {
        // As large as everything else together.
        suite: Box<Suite>,
        lines: Lines,
        // Dropped after the suite that reads it.
        _settings: Option<Settings>,
    },
    /// In a cluster that somebody else has installed it in.
    Cluster(Cluster),
}

/// What a hostile or curious test needs to know.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Signs tokens.
    pub jwt_secret: String,
    /// Sidecars show it to services.
    pub app_api_token: String,
    /// Services show it to sidecars.
    pub dapr_api_token: String,
}

impl Product {
    pub(crate) fn on_this_machine(
        suite: Suite,
        lines: Lines,
        client: reqwest::Client,
        settings: Option<Settings>,
    ) -> Self {
        let keys = suite.secrets();
        let secrets = Secrets {
            jwt_secret: keys.jwt_secret.clone(),
            app_api_token: keys.app_api_token.clone(),
            dapr_api_token: keys.dapr_api_token.clone(),
        };
        let place = Place::Machine { suite: Box::new(suite), lines, _settings: settings };
        Self { place, secrets, client }
    }

    pub(crate) fn in_cluster(cluster: Cluster, client: reqwest::Client) -> Self {
        let secrets = cluster.secrets().clone();
        Self { place: Place::Cluster(cluster), secrets, client }
    }

    /// A product to be started in a particular way.
    pub fn builder() -> ProductBuilder {
        ProductBuilder::default()
    }

    /// Starts it as it usually is.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start() -> anyhow::Result<Self> {
        Self::builder().start().await
    }

    /// The one that `TODO_RUNTIME` names, for tests that leave it whole: that of the cluster's namespace `TODO_NAMESPACE`,
    /// or one that is started here.
    ///
    /// # Errors
    /// When it cannot be reached or started.
    #[expect(clippy::disallowed_methods, reason = "names what is tested, and is no configuration")]
    pub async fn shared() -> anyhow::Result<Self> {
        if std::env::var("TODO_RUNTIME").as_deref() != Ok("cluster") {
            return Self::start().await;
        }
        let namespace = std::env::var("TODO_NAMESPACE").context("read TODO_NAMESPACE")?;
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
        Ok(Self::in_cluster(Cluster::at(&namespace).await?, client))
    }

    /// The launcher's handle, for tests that take processes away.
    ///
    /// # Panics
    /// When it runs in a cluster, where no process is ours.
    pub fn suite(&self) -> &Suite {
        match &self.place {
            Place::Machine { suite, .. } => suite,
            Place::Cluster(_) => panic!("the product's processes are in a cluster"),
        }
    }

    /// What the services wrote, on this machine.
    ///
    /// # Panics
    /// As [`Product::suite`].
    pub fn lines(&self) -> &Lines {
        match &self.place {
            Place::Machine { lines, .. } => lines,
            Place::Cluster(_) => panic!("the product's output is in a cluster"),
        }
    }

    /// The audit lines that speak of `task`, as `kubectl logs` shows them.
    ///
    /// # Errors
    /// When the cluster does not tell.
    pub async fn audit_lines(&self, task: &str) -> anyhow::Result<Vec<Value>> {
        match &self.place {
            Place::Machine { lines, .. } => Ok(lines.audit_of(task)),
            Place::Cluster(cluster) => Ok(output::audit_of(&cluster.audit_log().await?, task)),
        }
    }

    /// The secrets of this run.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Address of a service for people, without a slash at the end.
    ///
    /// # Errors
    /// When it has none.
    pub fn public_url(&self, app: &str) -> anyhow::Result<String> {
        match &self.place {
            Place::Machine { suite, .. } => Ok(suite.public_url(app)?),
            Place::Cluster(cluster) => cluster.public_url(app),
        }
    }

    /// Address of a service that its sidecar calls.
    ///
    /// # Errors
    /// When there is no such service.
    pub fn app_url(&self, app: &str) -> anyhow::Result<String> {
        match &self.place {
            Place::Machine { suite, .. } => Ok(suite.app_url(app)?),
            Place::Cluster(cluster) => cluster.app_url(app),
        }
    }

    /// Address of a sidecar's HTTP API.
    ///
    /// # Errors
    /// When it cannot be reached from here.
    pub fn sidecar_url(&self, app: &str) -> anyhow::Result<String> {
        match &self.place {
            Place::Machine { suite, .. } => Ok(suite.sidecar_url(app)?),
            Place::Cluster(cluster) => cluster.sidecar_url(app),
        }
    }

    /// An HTTP client without any credentials.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The address of chat-api.
    ///
    /// # Panics
    /// When it has none.
    pub fn url(&self, path: &str) -> String {
        let base = self.public_url("chat-api");
        format!("{}{path}", base.unwrap_or_else(|error| panic!("{error}")))
    }

    /// Signs a new person in.
    ///
    /// # Errors
    /// When sign-in fails.
    pub async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let user = format!("{name}-{}", &Uuid::new_v4().simple().to_string()[..8]);
        Person::sign_in(self.client.clone(), self.public_url("chat-api")?, user).await
    }

    /// The same person, who asks another replica of chat-api: `chat-api-2`.
    ///
    /// # Errors
    /// When there is no such replica.
    pub fn through(&self, replica: &str, person: &Person) -> anyhow::Result<Person> {
        Ok(person.at(&self.public_url(replica)?))
    }

    /// Opens a person's socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn socket(&self, person: &Person) -> anyhow::Result<Socket> {
        self.socket_at("websocket", person).await
    }

    /// Opens a person's socket at another replica: `websocket-2`.
    ///
    /// # Errors
    /// When it is refused, or there is no such replica.
    pub async fn socket_at(&self, replica: &str, person: &Person) -> anyhow::Result<Socket> {
        Socket::open(&self.socket_url(replica)?, person.token()).await
    }

    /// Opens a person's socket, to be read by whoever holds it.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn connection(&self, person: &Person) -> anyhow::Result<Connection> {
        Connection::open(&self.socket_url("websocket")?, person.token()).await
    }

    /// Where a replica of the websocket service takes sockets: `ws://…/ws`.
    ///
    /// # Errors
    /// When there is no such replica.
    pub fn socket_url(&self, replica: &str) -> anyhow::Result<String> {
        Ok(format!("{}/ws", self.public_url(replica)?.replacen("http", "ws", 1)))
    }

    /// Publishes a message past every service, as a broken or hostile publisher would.
    ///
    /// # Errors
    /// When the sidecar refuses it.
    pub async fn publish(
        &self,
        query: &str,
        topic: &str,
        content_type: &str,
        body: String,
    ) -> anyhow::Result<()> {
        let url = format!("{}/v1.0/publish/events/{topic}{query}", self.sidecar_url("chat-api")?);
        let request = self.client.post(url).header("content-type", content_type).body(body);
        let request = request.header("dapr-api-token", &self.secrets.dapr_api_token);
        request.send().await?.error_for_status()?;
        Ok(())
    }
}

/// A test that failed leaves what the services and sidecars wrote, which says why more often than the test does.
impl Drop for Product {
    fn drop(&mut self) {
        if let (true, Place::Machine { lines, .. }) = (std::thread::panicking(), &self.place) {
            let file =
                std::env::temp_dir().join(format!("todo-failed-{}.log", Uuid::new_v4().simple()));
            match std::fs::write(&file, lines.text()) {
                Ok(()) => eprintln!("what everything wrote: {}", file.display()),
                Err(error) => eprintln!("what everything wrote is lost: {error}"),
            }
        }
    }
}

/// The folder of the programs: that of this one, or the one above when it is a test.
pub(crate) fn binaries() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().context("a program lies in a folder")?;
    let above = folder.parent().filter(|_| folder.ends_with("deps"));
    Ok(above.unwrap_or(folder).to_owned())
}
