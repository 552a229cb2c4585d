//! How the parts are put together, and the route tables.

use axum::{Router, extract::FromRef, routing::get};
use todo_dapr::SidecarRoutes;
use todo_service_kit::{
    Clock, Kit, Routes, Secret,
    auth::{KeySet, Verifier},
};

use crate::{Config, fan_out, hub::Hub, metrics, presence::Presence, protocol::Ending, upgrade};

/// What every handler has.
#[derive(Clone)]
pub struct App {
    /// The open sockets.
    pub hub: Hub,
    pub(crate) presence: Presence,
    pub(crate) verifier: Verifier,
    pub(crate) config: Config,
    pub(crate) kit: Kit,
}

/// Reads the secret that tokens are signed with, and puts the service together.
///
/// # Errors
/// When the sidecar has no such secret, or the secret is too short.
pub async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    let secret = kit.secret(&config.secret_store, &config.jwt_secret).await?;
    Ok(App::new(config, kit, &secret)?.into_routes())
}

impl App {
    /// The service with this token secret; its sockets are closed when `kit.cancel` is cancelled.
    ///
    /// # Errors
    /// When the secret is too short.
    pub fn new(config: Config, kit: Kit, secret: &Secret) -> anyhow::Result<Self> {
        let clock: Clock = kit.clock.clone();
        let keys = KeySet::hs256(secret)?;
        let verifier = kit.verifier(keys, config.token_policy.clone(), config.issuer.clone());
        metrics::describe(config.hub.sockets);
        let hub = Hub::new(config.hub, clock);
        let (closing, cancel) = (hub.clone(), kit.cancel.clone());
        kit.tasks.supervise("socket drain", async move {
            cancel.cancelled().await;
            closing.close(Ending::GoingAway);
        });
        let presence = Presence::new(config.broadcast.clone(), kit.health.clone(), hub.clone());
        let (probing, dapr, cancel) = (presence.clone(), kit.dapr.clone(), kit.cancel.clone());
        kit.tasks.supervise("presence", async move {
            cancel.run_until_cancelled(probing.probe(dapr)).await;
        });
        Ok(Self { hub, presence, verifier, config, kit })
    }

    /// What is served on the two ports.
    pub fn into_routes(self) -> Routes {
        let sidecar = SidecarRoutes::new()
            .when_a_sidecar_starts(|app: &Self| app.presence.begin())
            .event("/events/task-updates", fan_out::deliver)
            .event("/events/notifications", fan_out::deliver);
        Routes {
            sidecar: sidecar.into_router().with_state(self.clone()),
            public: Some(Router::new().route("/ws", get(upgrade::open_socket)).with_state(self)),
            ..Routes::default()
        }
    }
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}
