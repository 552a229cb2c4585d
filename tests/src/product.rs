//! The whole product on free ports, with a database of its own.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context;
use todo_local_runtime::launcher::{Output, Suite, SuiteOptions};
use uuid::Uuid;

use crate::{Lines, Person, Socket};

/// A running product.
pub struct Product {
    suite: Suite,
    lines: Lines,
    client: reqwest::Client,
}

impl Product {
    /// Starts it.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start() -> anyhow::Result<Self> {
        // Tests have a runtime each, and a connection kept in one is dead in the next.
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
        Self::start_with(BTreeMap::new(), client).await
    }

    /// Starts it without limits on what one person may ask for, and keeps connections: for measurements.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start_unlimited() -> anyhow::Result<Self> {
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let requests = BTreeMap::from([variable("RATE_LIMIT_PER_SECOND", "0")]);
        let sockets = BTreeMap::from([variable("MAX_SOCKETS_PER_USER", "20000")]);
        let env = [("chat-api".to_owned(), requests), ("websocket".to_owned(), sockets)];
        let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?;
        Self::start_with(BTreeMap::from(env), client).await
    }

    async fn start_with(
        env: BTreeMap<String, BTreeMap<String, String>>,
        client: reqwest::Client,
    ) -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let lines = Lines::default();
        let mut options = SuiteOptions::for_test(root, binaries()?);
        options.output = Output::new(lines.clone(), false);
        options.env = env;
        let started = Suite::start(options).await;
        let suite =
            started.with_context(|| format!("the product did not start:\n{}", lines.text()))?;
        Ok(Self { suite, lines, client })
    }

    /// The launcher's handle.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// What the services wrote.
    pub fn lines(&self) -> &Lines {
        &self.lines
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
        let base = self.suite.public_url("chat-api");
        format!("{}{path}", base.unwrap_or_else(|error| panic!("{error}")))
    }

    /// Signs a new person in.
    ///
    /// # Errors
    /// When sign-in fails.
    pub async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let user = format!("{name}-{}", &Uuid::new_v4().simple().to_string()[..8]);
        Person::sign_in(self.client.clone(), self.suite.public_url("chat-api")?, user).await
    }

    /// Opens a person's socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn socket(&self, person: &Person) -> anyhow::Result<Socket> {
        let url = self.suite.public_url("websocket")?.replacen("http", "ws", 1);
        Socket::open(&format!("{url}/ws"), person.token()).await
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
        let url =
            format!("{}/v1.0/publish/events/{topic}{query}", self.suite.sidecar_url("chat-api")?);
        let request = self.client.post(url).header("content-type", content_type).body(body);
        let request = request.header("dapr-api-token", &self.suite.secrets().dapr_api_token);
        request.send().await?.error_for_status()?;
        Ok(())
    }
}

/// The folder of the programs: that of this one, or the one above when it is a test.
pub(crate) fn binaries() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().context("a program lies in a folder")?;
    let above = folder.parent().filter(|_| folder.ends_with("deps"));
    Ok(above.unwrap_or(folder).to_owned())
}
