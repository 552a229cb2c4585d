//! Whether this process can serve, as probes see it.
//!
//! `/healthz` suits Dapr's app health check: until it is well for the first time the sidecar delivers nothing. It is 503
//! during start and drain, and while something is away that events cannot be handled without ([`crate::dependency`]). It
//! asks nobody: the sidecar's own trouble must not keep it from delivering to us.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, routing::get};
use http::StatusCode;
use tokio::sync::watch;

use crate::{
    Problem,
    telemetry::{self, Metrics},
};

/// The stages of a process's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Listening, not built yet.
    Starting,
    /// Serving.
    Ready,
    /// Told to stop; finishing what is in flight.
    Draining,
}

/// The stage of this process, and how many of its dependencies are away; clones share it.
#[derive(Debug, Clone)]
pub struct Health(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    stage: watch::Sender<Stage>,
    away: AtomicUsize,
    withheld: AtomicUsize,
}

/// People are kept away until this is dropped; see [`Health::withhold`].
#[derive(Debug)]
pub struct Withheld(Health);

impl Drop for Withheld {
    fn drop(&mut self) {
        self.0.0.withheld.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Health {
    fn default() -> Self {
        let stage = watch::Sender::new(Stage::Starting);
        let (away, withheld) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self(Arc::new(Inner { stage, away, withheld }))
    }
}

impl Health {
    /// The current stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        *self.0.stage.borrow()
    }

    /// Whether something is away that events cannot be handled without.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.0.away.load(Ordering::Relaxed) > 0
    }

    /// Whether people may be sent here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let withheld = self.0.withheld.load(Ordering::Relaxed) > 0;
        self.stage() == Stage::Ready && !self.is_suspended() && !withheld
    }

    /// Counts a dependency that went away, or came back.
    pub(crate) fn suspend(&self, away: bool) {
        if away {
            self.0.away.fetch_add(1, Ordering::Relaxed);
        } else {
            self.0.away.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Keeps people away, not the sidecar: `/readyz` fails until the result is dropped.
    #[must_use]
    pub fn withhold(&self) -> Withheld {
        self.0.withheld.fetch_add(1, Ordering::Relaxed);
        Withheld(self.clone())
    }

    /// Enters a stage. Draining is final: a start that finishes late does not undo a stop.
    pub fn enter(&self, stage: Stage) {
        self.0.stage.send_if_modified(|current| {
            let changes = *current != Stage::Draining && *current != stage;
            if changes {
                *current = stage;
            }
            changes
        });
    }

    /// Waits until the process is no longer starting.
    pub async fn started(&self) {
        // The sender lives in `self`, so this cannot fail.
        let _ = self.0.stage.subscribe().wait_for(|stage| *stage != Stage::Starting).await;
    }

    /// `/healthz` (may the process be given work?), `/readyz` (may people be sent here?) and `/livez` (does it answer at
    /// all?).
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/healthz", get(healthz))
            .route("/readyz", get(readyz))
            .route("/livez", get(|| async { StatusCode::OK }))
            .with_state(self.clone())
    }
}

/// `/metrics` in the Prometheus text format.
pub fn metrics_route(metrics: Metrics, health: Health) -> Router {
    let media_type = [(http::header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    let scrape = move || async move {
        telemetry::ready(health.is_ready());
        (media_type, metrics.render())
    };
    Router::new().route("/metrics", get(scrape))
}

/// Whether `path` answers probes and scrapers, who have no token.
pub(crate) fn is_open_path(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/livez" | "/metrics")
}

async fn healthz(State(health): State<Health>) -> Result<&'static str, Problem> {
    match health.stage() {
        Stage::Starting => Err(Problem::unavailable("starting", Duration::from_secs(1))),
        Stage::Ready if health.is_suspended() => {
            Err(Problem::unavailable("dependency_away", Duration::from_secs(1)))
        }
        Stage::Ready => Ok("ready"),
        Stage::Draining => Err(Problem::unavailable("draining", Duration::from_secs(1))),
    }
}

async fn readyz(state: State<Health>) -> Result<&'static str, Problem> {
    if state.0.0.withheld.load(Ordering::Relaxed) > 0 {
        return Err(Problem::unavailable("not_ready_yet", Duration::from_secs(1)));
    }
    healthz(state).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draining_is_final() {
        let health = Health::default();
        health.enter(Stage::Ready);
        assert_eq!(health.stage(), Stage::Ready);
        health.enter(Stage::Draining);
        health.enter(Stage::Ready);
        assert_eq!(health.stage(), Stage::Draining);
    }
}
