//! Both charts, installed with Helm.

use std::path::{Path, PathBuf};

use todo_tests::cluster::run;

use crate::options::Options;

/// How long Helm waits for pods.
const TIMEOUT: &str = "8m";
/// Of everything, and a door that the system suite signs in by. Not texts, as the other settings are.
const TWO_REPLICAS: [&str; 4] = ["--set", "defaults.replicas=2", "--set", "auth.devLogin=true"];

/// A release of one of our charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    Platform,
    Todo,
}

impl Release {
    fn name(self) -> &'static str {
        match self {
            Self::Platform => "todo-platform",
            Self::Todo => "todo",
        }
    }

    fn folder(self) -> PathBuf {
        let chart = match self {
            Self::Platform => "platform",
            Self::Todo => "todo",
        };
        root().join("helm").join(chart)
    }

    /// Installs or upgrades it, and waits until its pods are ready.
    pub(crate) async fn upgrade(self, options: &Options, more: &[&str]) -> anyhow::Result<()> {
        let mut arguments = words(&["--install", &self.folder().display().to_string()]);
        for file in &options.values {
            arguments.extend(words(&["--values", file]));
        }
        for setting in settings(options) {
            arguments.extend(words(&["--set-string", &setting]));
        }
        arguments.extend(words(&TWO_REPLICAS));
        arguments.extend(words(more));
        self.change("upgrade", options, arguments).await
    }

    /// Runs the chart's tests.
    pub(crate) async fn test(self, options: &Options) -> anyhow::Result<()> {
        let arguments = ["test", self.name(), "--namespace", &options.namespace, "--timeout", "5m"];
        run("helm", arguments).await.map(drop)
    }

    /// Goes back to the revision before.
    pub(crate) async fn roll_back(self, options: &Options) -> anyhow::Result<()> {
        self.change("rollback", options, vec![]).await
    }

    pub(crate) async fn uninstall(self, options: &Options) -> anyhow::Result<()> {
        self.change("uninstall", options, vec![]).await
    }

    /// `helm <verb> <release> …`, until it is done.
    async fn change(self, verb: &str, options: &Options, more: Vec<String>) -> anyhow::Result<()> {
        let namespace = &options.namespace;
        let mut arguments =
            words(&[verb, self.name(), "--namespace", namespace, "--wait", "--timeout", TIMEOUT]);
        arguments.extend(more);
        run("helm", arguments).await.map(drop)
    }
}

/// The repository's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where images are, which broker and database, and how much one person may ask for.
fn settings(options: &Options) -> Vec<String> {
    let mut settings = vec![
        format!("image.registry={}", options.registry),
        format!("image.tag={}", options.tag),
        // One machine carries all of it.
        "services.chat-api.env.RATE_LIMIT_PER_SECOND=0".to_owned(),
        "services.websocket.env.MAX_SOCKETS_PER_USER=200".to_owned(),
    ];
    match &options.brokers {
        // A comma would begin another setting.
        Some(brokers) => settings.push(format!("kafka.brokers={}", brokers.replace(',', "\\,"))),
        None => settings.push("kafka.provider=redpanda".to_owned()),
    }
    if options.database.is_none() {
        settings.push("postgres.provider=bundled".to_owned());
    }
    settings
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
