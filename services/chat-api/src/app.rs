//! How the parts are put together.

use std::sync::Arc;

use axum::extract::FromRef;
use todo_dapr::Dapr;
use todo_service_kit::{
    Kit, Routes,
    auth::{KeySet, Minter, Verifier},
    limit::Limiter,
};

use crate::{Config, http, metrics, relay::Relay, sidecar, store::TaskStore, tasks::Tasks};

/// What every handler has. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Tasks.
    pub tasks: Tasks,
    /// The sidecar.
    pub dapr: Dapr,
    /// Configuration.
    pub config: Arc<Config>,
    /// Checks tokens.
    pub verifier: Verifier,
    /// Signs tokens for development sign-in; absent where that is switched off.
    pub minter: Option<Arc<Minter>>,
    /// Bounds what one user may ask for.
    pub limiter: Limiter,
}

/// Reads the secret that tokens are signed with, and puts the service together.
///
/// # Errors
/// When the sidecar has no such secret, or the secret is too short.
pub async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    let secret = kit.secret(&config.secret_store, &config.jwt_secret).await?;
    let clock = kit.clock.clone();
    metrics::describe(clock.now());
    let policy = config.token_policy.clone();
    let store = TaskStore::new(kit.dapr.sql(&config.tasks_binding), config.default_zone.clone());
    let (relay, worker) =
        Relay::new(kit.dapr.clone(), store.clone(), config.topics.clone(), kit.tasks.clone());
    kit.tasks.supervise("outbox relay", worker.run(kit.cancel.clone()));
    let minter = config.dev_login.then(|| Minter::new(&secret, policy.clone(), clock.clone()));
    let app = App {
        tasks: Tasks::new(store, relay, clock.clone()),
        dapr: kit.dapr.clone(),
        verifier: kit.verifier(KeySet::hs256(&secret)?, policy, config.issuer.clone()),
        minter: minter.transpose()?.map(Arc::new),
        limiter: Limiter::new(config.limits, clock),
        config: Arc::new(config),
    };
    let public_options = http::options(&app);
    Ok(Routes {
        sidecar: sidecar::routes().with_state(app.clone()),
        public: Some(http::routes(&app).with_state(app)),
        public_options,
    })
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl FromRef<App> for Limiter {
    fn from_ref(app: &App) -> Self {
        app.limiter.clone()
    }
}
