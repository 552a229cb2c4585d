//! What a caller says to start a runtime: which applications, which Dapr files, which database.

use std::{path::PathBuf, time::Duration};

/// Everything [`crate::Runtime::start`] needs. Nothing is read from the process environment.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// Folders with Component, Subscription, Resiliency and `HTTPEndpoint` files (not searched recursively).
    pub resources: Vec<PathBuf>,
    /// The Configuration file. Keep it outside of `resources`, as the real daprd demands.
    pub configuration: Option<PathBuf>,
    /// Where the broker and the jobs live, in a schema `runtime` of this database.
    pub database_url: String,
    /// One sidecar is started for each. Several with one id are replicas: they share the partitions of their consumer
    /// group, jobs go to one of them, and calls are spread over those that are ready.
    pub apps: Vec<AppConfig>,
    /// Demanded on every call to a sidecar but the health checks.
    pub dapr_api_token: Option<String>,
    /// Sent on every call to an application but the health probe.
    pub app_api_token: Option<String>,
    /// Replaces `secretsFile` of every `secretstores.local.file` component.
    pub secrets_file: Option<PathBuf>,
    /// Partitions of a topic at its creation; existing topics keep theirs.
    pub partitions: u32,
}

impl RuntimeConfig {
    /// A configuration without applications and resources, with 8 partitions a topic.
    pub fn new(database_url: impl Into<String>) -> Self {
        Self {
            resources: Vec::new(),
            configuration: None,
            database_url: database_url.into(),
            apps: Vec::new(),
            dapr_api_token: None,
            app_api_token: None,
            secrets_file: None,
            partitions: 8,
        }
    }
}

/// One application, or one replica of it, and its sidecar.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// Also the default consumer group.
    pub app_id: String,
    /// Port the application listens on at 127.0.0.1. `None`: a pure client without an app channel.
    pub app_port: Option<u16>,
    /// Port of the sidecar's HTTP API; 0 picks a free one.
    pub http_port: u16,
    /// Probed route; `None` switches the health check off, and deliveries then start with the open port.
    pub health_check_path: Option<String>,
    /// Pause between probes (Dapr: 5 s).
    pub health_probe_interval: Duration,
    /// Patience for one probe (Dapr: 500 ms).
    pub health_probe_timeout: Duration,
    /// Failures since the last change of state that make the application unhealthy (Dapr: 3).
    pub health_threshold: u32,
    /// Calls of the sidecar at a time, of whatever kind (`app-max-concurrency`); `None` is no limit. An application that
    /// calls itself through its sidecar while it handles the only one waits for ever, as with daprd.
    pub max_concurrency: Option<u32>,
    /// Whether it is asked for subscriptions of its own (`GET /dapr/subscribe`), beside those of files.
    pub own_subscriptions: bool,
}

impl AppConfig {
    /// An application on `app_port` with Dapr's defaults: a picked sidecar port, no health check.
    pub fn new(app_id: impl Into<String>, app_port: u16) -> Self {
        Self {
            app_id: app_id.into(),
            app_port: Some(app_port),
            http_port: 0,
            health_check_path: None,
            health_probe_interval: Duration::from_secs(5),
            health_probe_timeout: Duration::from_millis(500),
            health_threshold: 3,
            max_concurrency: None,
            own_subscriptions: true,
        }
    }
}
