//! The sidecars of a run: embedded in this process, or real ones with everything they need.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use todo_local_runtime::{AppConfig, Runtime, RuntimeConfig};
use todo_topics::{Broker, Topics, TopicsFile};
use tokio::time::sleep;

use crate::{
    dapr::{self, DaprError, HEAD_START, Host, Kafka, Scheduler, SidecarsOptions},
    error::LauncherError,
    guardian::Guardian,
    keys::Keys,
    manifest::{App, Manifest},
    options::{RuntimeKind, SuiteOptions},
    parts::{BrokerParts, Parts},
};

/// Patience for a broker of somebody else's.
const BROKER_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);

/// What sidecars need before they can start.
pub(crate) enum Ground {
    Embedded,
    Dapr(Box<Infrastructure>),
}

/// Broker and scheduler of the real runtime.
pub(crate) struct Infrastructure {
    parts: Parts,
    /// `None` when it is somebody else's.
    pub(crate) kafka: Option<Kafka>,
    brokers: String,
    pub(crate) scheduler: Scheduler,
    host: Host,
    log_level: String,
}

/// Running sidecars.
pub(crate) enum Sidecars {
    Embedded(Runtime),
    Dapr(Box<Infrastructure>, dapr::Sidecars),
}

impl Ground {
    /// Starts what sidecars need.
    ///
    /// # Errors
    /// [`LauncherError::Parts`], [`LauncherError::Dapr`].
    pub(crate) async fn prepare(
        options: &SuiteOptions,
        folder: &Path,
        guardian: &Arc<Guardian>,
    ) -> Result<Self, LauncherError> {
        if options.runtime == RuntimeKind::Local {
            return Ok(Self::Embedded);
        }
        let parts =
            Parts::obtain(&options.root, options.brokers.as_deref(), &options.output).await?;
        let host = Host {
            folder: folder.to_owned(),
            output: options.output.clone(),
            backoff: options.backoff,
            guardian: Arc::clone(guardian),
        };
        let (broker, scheduler) = tokio::try_join!(broker(&parts, &host), async {
            Scheduler::start(&parts, &host.within("scheduler")?).await
        })?;
        let (kafka, brokers) = broker;
        let topics = options.root.join("dapr/topics.yaml");
        if topics.is_file() {
            make_topics(&brokers, &topics).await?;
        }
        tracing::debug!(brokers, "broker and scheduler started");
        let log_level = options.dapr_log_level.clone();
        let ground = Infrastructure { parts, kafka, brokers, scheduler, host, log_level };
        Ok(Self::Dapr(Box::new(ground)))
    }

    /// Starts the sidecars on it.
    ///
    /// # Errors
    /// [`LauncherError::Sidecars`], [`LauncherError::Dapr`].
    pub(crate) async fn start(self, config: RuntimeConfig) -> Result<Sidecars, LauncherError> {
        match self {
            Self::Embedded => Ok(Sidecars::Embedded(Runtime::start(config).await?)),
            Self::Dapr(ground) => {
                let options = SidecarsOptions {
                    daprd: ground.parts.daprd.clone(),
                    brokers: ground.brokers.clone(),
                    scheduler: ground.scheduler.address(),
                    host: ground.host.within("sidecars")?,
                    log_level: ground.log_level.clone(),
                };
                let sidecars = dapr::Sidecars::start(&config, &options)?;
                Ok(Sidecars::Dapr(ground, sidecars))
            }
        }
    }
}

/// As `migrate topics` does in a cluster.
async fn make_topics(brokers: &str, file: &Path) -> Result<(), DaprError> {
    let topics = Topics::at(&Broker::plain(brokers, BROKER_WITHIN)).await?;
    topics.make(&TopicsFile::read(file)?, None).await?;
    Ok(())
}

async fn broker(parts: &Parts, host: &Host) -> Result<(Option<Kafka>, String), DaprError> {
    match &parts.broker {
        BrokerParts::Given(brokers) => Ok((None, brokers.clone())),
        BrokerParts::Kafka(parts) => {
            let kafka = Kafka::start(parts, &host.within("kafka")?).await?;
            let brokers = kafka.brokers();
            Ok((Some(kafka), brokers))
        }
    }
}

impl Sidecars {
    /// Stops a sidecar in an orderly way; it stays down until [`Sidecars::restart`].
    ///
    /// # Errors
    /// [`LauncherError::Dapr`].
    pub(crate) async fn halt(&self, app: &App) -> Result<(), LauncherError> {
        match self {
            Self::Embedded(runtime) => runtime.stop_sidecar(&app.id, app.replica),
            Self::Dapr(_, sidecars) => sidecars.halt(&app.id, app.replica).await?,
        }
        Ok(())
    }

    /// Starts a sidecar again.
    ///
    /// # Errors
    /// [`LauncherError::Dapr`], [`LauncherError::Sidecars`].
    pub(crate) async fn restart(&self, app: &App) -> Result<(), LauncherError> {
        match self {
            Self::Embedded(runtime) => runtime.restart_sidecar(&app.id, app.replica).await?,
            Self::Dapr(_, sidecars) => sidecars.restart(&app.id, app.replica).await?,
        }
        Ok(())
    }

    /// Broker and scheduler, of the real runtime.
    pub(crate) fn infrastructure(&self) -> Option<&Infrastructure> {
        match self {
            Self::Embedded(_) => None,
            Self::Dapr(infrastructure, _) => Some(infrastructure),
        }
    }

    /// The processes of the real runtime.
    pub(crate) fn processes(&self) -> Option<&dapr::Sidecars> {
        match self {
            Self::Embedded(_) => None,
            Self::Dapr(_, sidecars) => Some(sidecars),
        }
    }

    /// Stops services and sidecars, then what these need. daprd is told first, and has [`HEAD_START`] to deliver what it
    /// holds while every service is still there; its API answers until its service has ended.
    pub(crate) async fn stop_with(self, services: impl Future) {
        match self {
            Self::Embedded(runtime) => {
                services.await;
                runtime.shutdown().await;
            }
            Self::Dapr(infrastructure, sidecars) => {
                tokio::join!(sidecars.stop(), async {
                    sleep(HEAD_START).await;
                    services.await;
                    sidecars.hurry();
                });
                let kafka = async {
                    if let Some(kafka) = &infrastructure.kafka {
                        kafka.stop().await;
                    }
                };
                tokio::join!(kafka, infrastructure.scheduler.stop());
            }
        }
    }
}

/// One sidecar per replica, on the ports of the manifest.
pub(crate) fn configuration(
    manifest: &Manifest,
    keys: &Keys,
    database_url: String,
    secrets_file: PathBuf,
) -> RuntimeConfig {
    let mut config = RuntimeConfig::new(database_url);
    config.resources.clone_from(&manifest.resources);
    config.configuration.clone_from(&manifest.configuration);
    config.apps = manifest.apps.iter().map(sidecar).collect();
    config.dapr_api_token = Some(keys.dapr_api_token.clone());
    config.app_api_token = Some(keys.app_api_token.clone());
    config.secrets_file = Some(secrets_file);
    config
}

fn sidecar(app: &App) -> AppConfig {
    let mut config = AppConfig::new(&app.id, app.app_port);
    config.http_port = app.sidecar_port;
    config.health_check_path.clone_from(&app.health_path);
    config.health_probe_interval = app.health_interval;
    config.health_probe_timeout = app.health_timeout;
    config.health_threshold = app.health_threshold;
    config.max_concurrency = app.max_concurrency;
    // All are in `dapr/subscriptions`, and a question that fails would cost those, too (docs/adr/0014).
    config.own_subscriptions = false;
    config
}
