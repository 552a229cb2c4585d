//! The two listeners: bound early, gated until the service is built.

use std::net::{IpAddr, SocketAddr};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Routes, gate::Gate};
use crate::{
    Health,
    config::BaseConfig,
    health::metrics_route,
    http::{SidecarOptions, public, sidecar},
    serve::{ServeOptions, serve},
    telemetry::Metrics,
};

/// A listener that serves through its gate.
pub(super) struct Server {
    /// Where it listens.
    pub(super) address: SocketAddr,
    gate: Gate,
    stop: CancellationToken,
    running: TaskTracker,
    cut: CancellationToken,
}

impl Server {
    async fn bind(
        host: IpAddr,
        port: u16,
        gate: Gate,
        options: ServeOptions,
    ) -> anyhow::Result<Self> {
        let wanted = SocketAddr::from((host, port));
        let listener =
            TcpListener::bind(wanted).await.with_context(|| format!("listen on {wanted}"))?;
        let address = listener.local_addr().context("read the bound address")?;
        let (stop, cut, running) =
            (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
        let serving = serve(listener, gate.clone(), options, stop.clone());
        let until_cut = cut.clone();
        running.spawn(async move { until_cut.run_until_cancelled(serving).await });
        running.close();
        Ok(Self { address, gate, stop, running, cut })
    }

    /// Takes no new connections, and waits until the requests in flight are answered.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        self.running.wait().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.cut.cancel();
    }
}

/// Both servers of a process.
pub(super) struct Servers {
    /// What the sidecar calls.
    pub(super) sidecar: Server,
    /// What people call.
    pub(super) public: Option<Server>,
}

impl Servers {
    /// Binds and serves; requests find the gates shut.
    pub(super) async fn start(
        base: &BaseConfig,
        health: &Health,
        metrics: &Metrics,
    ) -> anyhow::Result<Self> {
        let meanwhile = health.routes().merge(metrics_route(metrics.clone(), health.clone()));
        let gate = Gate::for_sidecar(health, meanwhile);
        let sidecar = Server::bind(base.host, base.app_port, gate, ServeOptions::sidecar()).await?;
        let public = match base.public_port {
            Some(port) => {
                let gate = Gate::for_people(health, health.routes());
                Some(Server::bind(base.host, port, gate, ServeOptions::public()).await?)
            }
            None => None,
        };
        Ok(Self { sidecar, public })
    }

    /// Opens the gates to what the service serves.
    pub(super) fn open(
        &self,
        routes: Routes,
        base: &BaseConfig,
        health: &Health,
        metrics: &Metrics,
    ) -> anyhow::Result<()> {
        let probes = health.routes().merge(metrics_route(metrics.clone(), health.clone()));
        let options = SidecarOptions::new(base.app_api_token.clone());
        self.sidecar.gate.open(sidecar(routes.sidecar.merge(probes), &options));
        match (&self.public, routes.public) {
            (Some(server), Some(router)) => {
                let router = router.merge(health.routes());
                server.gate.open(public(router, base.body_limit, &routes.public_options));
            }
            (None, None) => {}
            (None, Some(_)) => anyhow::bail!("PUBLIC_PORT must be set: there are public routes"),
            (Some(_), None) => anyhow::bail!("PUBLIC_PORT is set, but there are no public routes"),
        }
        Ok(())
    }
}
