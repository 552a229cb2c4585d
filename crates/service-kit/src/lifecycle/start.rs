//! From bound listeners to a served service, and to its end.

use std::{future::Future, time::Duration};

use anyhow::Context as _;
use todo_dapr::{Dapr, DaprConfig};
use tokio::{sync::mpsc::UnboundedReceiver, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{Kit, Routes, Tasks, drain::Drain, listeners::Servers, signals::Signals, tasks::Ended};
use crate::{Clock, Health, Stage, config::BaseConfig, telemetry::Metrics};

/// Longest wait for one answer of the sidecar.
const DAPR_TIMEOUT: Duration = Duration::from_secs(10);
/// How often recorded samples are folded.
const UPKEEP: Duration = Duration::from_secs(5);

/// Runs the service until a signal or a failure.
pub(super) async fn run<C, B, F>(
    app_id: &str,
    base: BaseConfig,
    config: C,
    build: B,
) -> anyhow::Result<()>
where
    B: FnOnce(C, Kit) -> F,
    F: Future<Output = anyhow::Result<Routes>>,
{
    let clock = Clock::system();
    let mut signals = Signals::listen().context("listen for signals")?;
    let (health, metrics) = (Health::default(), Metrics::install());
    let servers = Servers::start(&base, &health, &metrics).await?;
    let app = servers.sidecar.address;
    let public = servers.public.as_ref().map(|server| server.address.to_string());
    tracing::info!(app_id, %app, public, "listening");
    let cancel = CancellationToken::new();
    let (tasks, mut ended) = Tasks::new(cancel.clone());
    tasks.supervise("metrics upkeep", upkeep(metrics.clone(), cancel.clone()));
    let dapr = client(&base)?;
    let kit = Kit {
        base: base.clone(),
        dapr,
        clock: clock.clone(),
        health: health.clone(),
        tasks: tasks.clone(),
        cancel,
    };

    let cancel = kit.cancel.clone();
    let serve = async {
        let routes = build(config, kit).await.context("build the service")?;
        servers.open(routes, &base, &health, &metrics)?;
        health.enter(Stage::Ready);
        tracing::info!(app_id, %app, public, started_ms = clock.uptime().as_millis(), "ready");
        std::future::pending::<anyhow::Result<()>>().await
    };
    let outcome = tokio::select! {
        outcome = serve => outcome,
        outcome = stop_requested(&mut signals, &mut ended, &health) => outcome,
    };
    let drain = Drain { health, servers, tasks, cancel, deadline: base.drain_deadline };
    let drained = drain.run(&mut signals).await;
    tracing::info!(app_id, uptime_s = clock.uptime().as_secs(), "stopped");
    outcome.and(drained)
}

/// Waits for a signal, which is an orderly end, or for a background task to end, which is not.
async fn stop_requested(
    signals: &mut Signals,
    ended: &mut UnboundedReceiver<Ended>,
    health: &Health,
) -> anyhow::Result<()> {
    tokio::select! {
        signal = signals.next() => {
            // Before the line: who has read it may count on what `/healthz` answers.
            health.enter(Stage::Draining);
            tracing::info!(signal, "stopping");
            Ok(())
        }
        Some(ended) = ended.recv() => Err(ended.into()),
    }
}

fn client(base: &BaseConfig) -> anyhow::Result<Dapr> {
    let config = DaprConfig {
        endpoint: base.dapr_endpoint.clone(),
        api_token: base.dapr_api_token.as_ref().map(|token| token.expose().to_owned()),
        timeout: DAPR_TIMEOUT,
    };
    Dapr::new(&config).context("set up the sidecar's client")
}

async fn upkeep(metrics: Metrics, cancel: CancellationToken) {
    let mut ticks = tokio::time::interval(UPKEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while cancel.run_until_cancelled(ticks.tick()).await.is_some() {
        metrics.run_upkeep();
    }
}
