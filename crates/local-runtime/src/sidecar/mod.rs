//! The HTTP API of one sidecar, on a port of its own.

mod bindings;
mod bulk_publish;
mod conversation;
mod error;
mod health;
mod invoke;
mod jobs;
mod metadata;
mod publish;
mod request;
mod routes;
mod secrets;
mod server;
mod state;

use std::{collections::HashMap, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{
    app::{App, Replicas},
    broker::Broker,
    jobs::Jobs,
};

pub(crate) use server::serve;

/// What all sidecars of a runtime share.
pub(crate) struct Shared {
    pub(crate) broker: Arc<Broker>,
    pub(crate) jobs: Arc<Jobs>,
    /// All applications, to invoke one another.
    pub(crate) apps: HashMap<String, Arc<Replicas>>,
    /// Demanded on calls.
    pub(crate) api_token: Option<String>,
    /// Sent to applications, and to whoever is invoked by URL.
    pub(crate) app_token: Option<String>,
    /// For `HTTPEndpoint`s and plain URLs; carries no token.
    pub(crate) outside: reqwest::Client,
}

/// One sidecar, of one replica.
#[derive(Clone)]
pub(crate) struct Sidecar {
    pub(crate) app: Arc<App>,
    pub(crate) shared: Arc<Shared>,
    /// Ends this sidecar and its application's inputs.
    pub(crate) stop: CancellationToken,
}
