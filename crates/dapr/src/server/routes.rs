//! Event, job and cron routes of a service.

use std::{future::Future, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{json, value::RawValue};

use super::{Batch, CloudEvent, DeadLetters, Delivery, delivery::chain};

/// Collects the routes that a sidecar calls.
///
/// Subscriptions are declared in `dapr/subscriptions`, the one source for self-hosted and chart; the routes here are where
/// those files point. What a sidecar asks at its start is answered by whoever serves the router.
#[derive(Debug)]
pub struct SidecarRoutes<S> {
    router: Router<S>,
    dead_letters: Option<DeadLetters>,
}

impl<S: Clone + Send + Sync + 'static> Default for SidecarRoutes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> SidecarRoutes<S> {
    /// No routes.
    pub fn new() -> Self {
        Self { router: Router::new(), dead_letters: None }
    }

    /// Where events of batches go that can never be handled. Without it they come again until the retries of their subscription
    /// make dead letters of them.
    #[must_use]
    pub fn dead_letters(mut self, dead_letters: DeadLetters) -> Self {
        self.dead_letters = Some(dead_letters);
        self
    }

    /// Runs `heard` whenever a sidecar starts: it asks for the application's configuration then, before it subscribes.
    #[must_use]
    pub fn when_a_sidecar_starts(
        mut self,
        heard: impl Fn(&S) + Clone + Send + Sync + 'static,
    ) -> Self {
        let route = async move |State(state): State<S>| {
            heard(&state);
            Json(json!({}))
        };
        self.router = self.router.route("/dapr/config", get(route));
        self
    }

    /// Handles the events that a subscription sends to `path`, one by one or in batches. A body that is no CloudEvent goes to
    /// the dead letters; the handler runs inside the trace of the event. It gets the events of a batch all at once.
    #[must_use]
    pub fn event<H, F>(mut self, path: &str, handler: H) -> Self
    where
        H: Fn(S, CloudEvent) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Delivery> + Send + 'static,
    {
        let (name, dead_letters) = (Arc::<str>::from(path), self.dead_letters.clone());
        let route = async move |State(state): State<S>, headers: HeaderMap, body: Bytes| {
            let Some(batch) = Batch::read(&headers, &body) else {
                let delivery = deliver(handler, state, &headers, &body).await;
                return delivery.counted(&name).into_response();
            };
            let one = move |event: Arc<RawValue>| {
                let (handler, state) = (handler.clone(), state.clone());
                // The headers of a batch speak of one of its events.
                async move { deliver(handler, state, &HeaderMap::new(), event.get().as_bytes()).await }
            };
            // A sidecar that hangs up does not end what is under way.
            match tokio::spawn(batch.settle(name, dead_letters, one)).await {
                Ok(answer) => answer,
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        };
        self.router = self.router.route(path, post(route));
        self
    }

    /// Handles every job of the service. An error makes the scheduler try again.
    #[must_use]
    pub fn jobs<H, F, E>(mut self, handler: H) -> Self
    where
        H: Fn(S, String, Bytes) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::error::Error + 'static,
    {
        let route = async move |State(state): State<S>, Path(name): Path<String>, body: Bytes| {
            outcome(handler(state, name, body).await)
        };
        self.router = self.router.route("/job/{name}", post(route));
        self
    }

    /// Handles the ticks of a cron binding at `path`. Every replica gets each tick, and a failed one is only logged by the sidecar.
    #[must_use]
    pub fn cron<H, F, E>(mut self, path: &str, handler: H) -> Self
    where
        H: Fn(S) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::error::Error + 'static,
    {
        let route = async move |State(state): State<S>| outcome(handler(state).await);
        // The sidecar probes with OPTIONS whether the binding is wanted.
        let probe = async || StatusCode::OK;
        self.router = self.router.route(path, post(route).options(probe));
        self
    }

    /// The routes as a router.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

async fn deliver<S, H, F>(handler: H, state: S, headers: &HeaderMap, body: &[u8]) -> Delivery
where
    H: Fn(S, CloudEvent) -> F,
    F: Future<Output = Delivery>,
{
    let delivery = match CloudEvent::read(body) {
        Err(error) => Delivery::drop(&error),
        Ok(event) => match event.trace(headers) {
            Some(trace) => trace.scope(handler(state, event)).await,
            None => handler(state, event).await,
        },
    };
    delivery.note_about(headers, body);
    delivery
}

fn outcome<E: std::error::Error + 'static>(result: Result<(), E>) -> Response {
    match result {
        // Nobody reads it; an empty success is what a lost call looks like (docs/adr/0015).
        Ok(()) => Json(json!({})).into_response(),
        Err(error) => {
            tracing::warn!(reason = chain(&error), "callback of the sidecar failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
