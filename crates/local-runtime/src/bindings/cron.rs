//! `bindings.cron`: calls the application on a schedule. Ticks that fall into a pause are lost, as in daprd.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio_util::task::TaskTracker;

use crate::{
    app::{App, ChannelError, Session},
    clock,
    components::Settings,
    jobs::Schedule,
    resiliency::{Failure, Repeat, Repeatable},
};

/// Patience for the probe that asks whether the application wants the binding.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

/// Why the application did not take a trigger.
#[derive(Debug, thiserror::Error)]
enum TriggerError {
    #[error("{0}")]
    Channel(ChannelError),
    #[error("status {0}")]
    Status(StatusCode),
}

impl Repeatable for TriggerError {
    fn repeat(&self) -> Repeat {
        match self {
            Self::Channel(_) => Repeat::Yes,
            Self::Status(status) => Repeat::IfListed(status.as_u16()),
        }
    }
}

/// One configured schedule.
#[derive(Clone, Debug)]
pub(crate) struct CronBinding {
    name: String,
    path: String,
    schedule: Schedule,
    /// `direction: input` says the application wants it, without asking.
    probe: bool,
}

impl CronBinding {
    /// Reads `schedule`, `route` and `direction`.
    pub(crate) fn new(name: &str, settings: &Settings) -> Result<Self, String> {
        let route = settings.get("route").unwrap_or(name);
        Ok(Self {
            name: name.to_owned(),
            path: format!("/{}", route.trim_start_matches('/')),
            schedule: Schedule::parse(settings.required("schedule")?)?,
            probe: !settings
                .get("direction")
                .is_some_and(|d| d.split(',').any(|d| d.trim() == "input")),
        })
    }

    async fn is_wanted(&self, app: &App) -> bool {
        let Some(channel) = &app.channel else { return false };
        if !self.probe {
            return true;
        }
        let call = channel.call(Method::OPTIONS, &self.path, HeaderMap::new(), Bytes::new());
        match tokio::time::timeout(PROBE_TIMEOUT, call).await {
            Ok(Ok(answer)) => answer.status.is_success() || answer.status.as_u16() == 405,
            _ => false,
        }
    }

    async fn run(&self, app: &App, session: &Session) {
        let mut planned = clock::now();
        loop {
            let Some(next) = self.schedule.after(planned.max(clock::now() - MISSED)) else {
                return;
            };
            planned = next;
            let pause = (next - clock::now()).to_std().unwrap_or(Duration::ZERO);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = session.pause.cancelled() => return,
            }
            tokio::select! {
                () = self.fire(app) => {}
                () = session.abort.cancelled() => return,
            }
        }
    }

    async fn fire(&self, app: &App) {
        let Some(channel) = &app.channel else { return };
        // As Go prints an instant.
        let now = clock::now().format("%Y-%m-%d %H:%M:%S%.9f +0000 UTC").to_string();
        let mut headers = HeaderMap::new();
        headers.insert("timezone", HeaderValue::from_static("UTC"));
        if let Ok(value) = HeaderValue::from_str(&now) {
            headers.insert("readtimeutc", value);
        }
        let policy = app.resiliency.inbound(&self.name, "Binding");
        let retried = policy.retry.is_some();
        let fired = policy.run(|| async {
            let call = channel.call(Method::POST, &self.path, headers.clone(), Bytes::new());
            let answer = call.await.map_err(TriggerError::Channel)?;
            // Any other success counts as a failure too, but only a retry shows it.
            let handled = answer.status == StatusCode::OK;
            if handled { Ok(()) } else { Err(TriggerError::Status(answer.status)) }
        });
        match fired.await {
            Ok(()) => {}
            Err(Failure::Own(TriggerError::Status(status))) if status.is_success() && !retried => {}
            Err(error) => {
                tracing::warn!(app = app.id, binding = self.name, %error, "cron trigger failed");
            }
        }
    }
}

/// Ticks older than this, because the previous call took longer, are not made up for.
const MISSED: chrono::TimeDelta = chrono::TimeDelta::seconds(1);

/// Starts the schedules the application wants.
pub(crate) async fn start(app: &Arc<App>, session: &Session, tasks: &TaskTracker) {
    for binding in &app.components.crons {
        if !binding.is_wanted(app).await {
            tracing::info!(
                app = app.id,
                binding = binding.name,
                "application does not want the binding"
            );
            continue;
        }
        let (app, session, binding) = (Arc::clone(app), session.clone(), binding.clone());
        tasks.spawn(async move { binding.run(&app, &session).await });
    }
}
