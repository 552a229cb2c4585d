//! A service's life: configuration, telemetry, listeners, build, ready, drain, exit code.
//!
//! Listeners are bound before `build` runs, because the sidecar waits for the app's port before it becomes ready; and
//! `build` may wait for the sidecar's *outbound* health, which does not wait for us, to read secrets. Until then the
//! gate answers. On SIGTERM or SIGINT: not ready, then no new connections, then what is in flight, all within one
//! deadline. Everything that runs beside requests is a task of [`Tasks`]; one that ends by itself ends the process.

mod drain;
mod gate;
mod listeners;
mod signals;
mod start;
mod tasks;

use std::{process::ExitCode, time::Duration};

use anyhow::Context as _;
use axum::Router;
use todo_dapr::Dapr;
use tokio_util::sync::CancellationToken;

use crate::{
    Clock, Health,
    config::{self, BaseConfig, Env, FromEnv, Secret},
    http::PublicOptions,
    telemetry,
};

pub use tasks::Tasks;

/// Exit code for a configuration that cannot be used (`EX_USAGE` of sysexits.h).
pub const EXIT_CONFIG: u8 = 64;

/// Worker threads: the sidecar beside us needs the other cores.
const WORKERS: usize = 2;

/// How long a start waits for the sidecar; Kubernetes restarts us after that.
const SIDECAR_PATIENCE: Duration = Duration::from_secs(30);

/// What a service is built from.
#[derive(Clone)]
pub struct Kit {
    /// The configuration that all services share.
    pub base: BaseConfig,
    /// The client of this service's sidecar.
    pub dapr: Dapr,
    /// The clock; never read another.
    pub clock: Clock,
    /// What `/healthz` answers by.
    pub health: Health,
    /// Work that runs beside requests.
    pub tasks: Tasks,
    /// Cancelled when the process must stop: close sockets, finish the unit of work at hand.
    pub cancel: CancellationToken,
}

impl Kit {
    /// Waits until the sidecar can be asked, and reads one secret.
    ///
    /// # Errors
    /// When the sidecar is not there within half a minute, or has no such secret.
    pub async fn secret(&self, store: &str, key: &str) -> anyhow::Result<Secret> {
        self.dapr.wait_outbound_ready(SIDECAR_PATIENCE).await.context("wait for the sidecar")?;
        let value = self.dapr.secret(store, key).await;
        value.map(Secret::new).with_context(|| format!("read the secret {key} from {store}"))
    }
}

/// What a service serves; both routers are given their layers here ([`crate::http`]), and the probes' routes.
#[derive(Default)]
pub struct Routes {
    /// Routes only the sidecar calls. `/healthz`, `/livez` and `/metrics` are added.
    pub sidecar: Router,
    /// Routes people call. `/healthz` and `/livez` are added.
    pub public: Option<Router>,
    /// What is special about the public routes.
    pub public_options: PublicOptions,
}

/// Runs a service to its end; the whole of a service's `main`.
///
/// Exit codes: 0 after an orderly stop, 64 for an unusable configuration, 1 for everything else that went wrong: a
/// failed start, a background task that ended, work that had to be cut off.
pub fn run<C, B, F>(app_id: &'static str, build: B) -> ExitCode
where
    C: FromEnv,
    B: FnOnce(C, Kit) -> F,
    F: Future<Output = anyhow::Result<Routes>>,
{
    let (base, config) = match config::load::<C>(Env::from_process()) {
        Ok(loaded) => loaded,
        Err(faults) => {
            eprintln!("{app_id}: {faults}");
            return ExitCode::from(EXIT_CONFIG);
        }
    };
    telemetry::init_logs(base.log_format, &base.log_filter);
    match run_configured(app_id, base, config, build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(app_id, error = format!("{error:#}"), "stopped because of a failure");
            ExitCode::FAILURE
        }
    }
}

fn run_configured<C, B, F>(
    app_id: &str,
    base: BaseConfig,
    config: C,
    build: B,
) -> anyhow::Result<()>
where
    B: FnOnce(C, Kit) -> F,
    F: Future<Output = anyhow::Result<Routes>>,
{
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(WORKERS).enable_all().build()?;
    runtime.block_on(start::run(app_id, base, config, build))
}
