//! How a product is started.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use todo_launcher::{Output, Replicas, RuntimeKind, Suite, SuiteOptions};

use crate::{
    Lines, Product,
    product::binaries,
    settings::{Settings, Texts},
};

/// The runtime that `TODO_RUNTIME` names: `local`, as without it, or `dapr`.
///
/// # Errors
/// For any other word.
#[expect(clippy::disallowed_methods, reason = "names what is tested, and is no configuration")]
pub fn runtime() -> anyhow::Result<RuntimeKind> {
    match std::env::var("TODO_RUNTIME").as_deref() {
        Err(_) | Ok("" | "local") => Ok(RuntimeKind::Local),
        Ok("dapr") => Ok(RuntimeKind::Dapr),
        Ok(other) => bail!("TODO_RUNTIME is {other:?}, which is neither local nor dapr"),
    }
}

/// A product to be started: one replica of each service and the usual limits, unless told otherwise.
#[derive(Debug, Default)]
pub struct ProductBuilder {
    env: BTreeMap<String, BTreeMap<String, String>>,
    texts: Texts,
    further: Texts,
    replicas: Replicas,
    keeps_connections: bool,
    runtime: Option<RuntimeKind>,
}

impl ProductBuilder {
    /// Several replicas of a service. The second of `websocket` is called `websocket-2`.
    #[must_use]
    pub fn replicas(mut self, app: &str, replicas: u16) -> Self {
        self.replicas = self.replicas.with(app, replicas);
        self
    }

    /// A variable of a service's environment.
    #[must_use]
    pub fn variable(mut self, app: &str, name: &str, value: &str) -> Self {
        self.env.entry(app.to_owned()).or_default().insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another text for a file of the product, such as `dapr/components/state.yaml`.
    #[must_use]
    pub fn file(mut self, path: &str, text: String) -> Self {
        self.texts.insert(path.into(), text);
        self
    }

    /// A file that the product has not, in a folder that it has: `dapr/components/issuer.yaml`.
    #[must_use]
    pub fn further_file(mut self, path: &str, text: String) -> Self {
        self.further.insert(path.into(), text);
        self
    }

    /// No limits on what one person may ask for.
    #[must_use]
    pub fn without_limits(self) -> Self {
        self.variable("chat-api", "RATE_LIMIT_PER_SECOND", "0").variable(
            "websocket",
            "MAX_SOCKETS_PER_USER",
            "20000",
        )
    }

    /// Which sidecars, whatever `TODO_RUNTIME` says.
    #[must_use]
    pub fn runtime(mut self, runtime: RuntimeKind) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Keeps connections, as measurements need it. Tests have a runtime each, and a connection kept in one is dead in the
    /// next.
    #[must_use]
    pub fn keeping_connections(mut self) -> Self {
        self.keeps_connections = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start(self) -> anyhow::Result<Product> {
        let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true);
        let client = if self.keeps_connections { client } else { client.pool_max_idle_per_host(0) };
        let product = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let changed = !self.texts.is_empty() || !self.further.is_empty();
        let settings = || Settings::of(&product, &self.texts, &self.further);
        let settings = changed.then(settings).transpose()?;
        let root = settings.as_ref().map_or(&*product, Settings::folder);
        let lines = Lines::default();
        let mut options = SuiteOptions::for_test(root, binaries()?);
        options.runtime = self.runtime.map_or_else(runtime, Ok)?;
        options.output = Output::new(lines.clone(), false);
        options.env = self.env;
        options.replicas = self.replicas;
        let started = Suite::start(options).await;
        let suite =
            started.with_context(|| format!("the product did not start:\n{}", lines.text()))?;
        Ok(Product::on_this_machine(suite, lines, client.build()?, settings))
    }
}
