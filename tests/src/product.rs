//! The whole product on free ports, with a database of its own.

use std::path::PathBuf;

use anyhow::Context;
use todo_launcher::Suite;
use uuid::Uuid;

use crate::{Lines, Person, ProductBuilder, Socket, settings::Settings};

/// A running product.
pub struct Product {
    suite: Suite,
    lines: Lines,
    client: reqwest::Client,
    // Dropped after the suite that reads it.
    _settings: Option<Settings>,
}

impl Product {
    pub(crate) fn new(
        suite: Suite,
        lines: Lines,
        client: reqwest::Client,
        settings: Option<Settings>,
    ) -> Self {
        Self { suite, lines, client, _settings: settings }
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

    /// The same person, who asks another replica of chat-api: `chat-api-2`.
    ///
    /// # Errors
    /// When there is no such replica.
    pub fn through(&self, replica: &str, person: &Person) -> anyhow::Result<Person> {
        Ok(person.at(&self.suite.public_url(replica)?))
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
        let url = self.suite.public_url(replica)?.replacen("http", "ws", 1);
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
