//! What answers on a listener until the service is built.
//!
//! People get a 503 at once. The sidecar's requests wait a moment instead, because the start usually takes less and a
//! refusal costs: an event a retry, and the `OPTIONS` probe of a cron binding the binding itself, for daprd probes once
//! and never again. A probe that waited in vain is told yes: a binding that calls too early is retried, one that is
//! never started is lost.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    response::{IntoResponse as _, Response},
};
use futures_util::future::BoxFuture;
use http::{Method, Request, StatusCode};
use tower::{Service, ServiceExt as _};

use crate::{Health, Problem, health};

/// How long the sidecar's requests wait; daprd gives a probe three seconds.
const PATIENCE: Duration = Duration::from_millis(2000);

/// A service that can be listened to before it exists; clones share it.
#[derive(Clone)]
pub(super) struct Gate {
    built: Arc<OnceLock<Router>>,
    meanwhile: Router,
    health: Health,
    patient: bool,
}

impl Gate {
    /// A gate that refuses at once; `meanwhile` answers health probes.
    pub(super) fn for_people(health: &Health, meanwhile: Router) -> Self {
        Self { built: Arc::default(), meanwhile, health: health.clone(), patient: false }
    }

    /// A gate that lets requests wait a moment; `meanwhile` answers health probes and scrapes.
    pub(super) fn for_sidecar(health: &Health, meanwhile: Router) -> Self {
        Self { patient: true, ..Self::for_people(health, meanwhile) }
    }

    /// Hands over to the built router; only the first one counts.
    pub(super) fn open(&self, router: Router) {
        let _ = self.built.set(router);
    }

    async fn answer(self, request: Request<Body>) -> Result<Response, Infallible> {
        if self.built.get().is_none() {
            if health::is_open_path(request.uri().path()) {
                return self.meanwhile.oneshot(request).await;
            }
            if self.patient {
                // Whether it started in time is asked of `built` below.
                let _ = tokio::time::timeout(PATIENCE, self.health.started()).await;
            }
        }
        match self.built.get() {
            Some(router) => router.clone().oneshot(request).await,
            None if self.patient && request.method() == Method::OPTIONS => {
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            None => Ok(Problem::unavailable("starting", Duration::from_secs(1)).into_response()),
        }
    }
}

impl Service<Request<Body>> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().answer(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn status(gate: &Gate, method: Method, path: &str) -> u16 {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        gate.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test(start_paused = true)]
    async fn a_start_that_takes_too_long_loses_no_binding() {
        let health = Health::default();
        let gate = Gate::for_sidecar(&health, health.routes());
        let started = tokio::time::Instant::now();
        assert_eq!(status(&gate, Method::OPTIONS, "/cron/sweep").await, 204);
        assert_eq!(started.elapsed(), PATIENCE);
        assert_eq!(status(&gate, Method::POST, "/cron/sweep").await, 503);
        assert_eq!(status(&gate, Method::GET, "/healthz").await, 503);
        assert_eq!(started.elapsed(), PATIENCE * 2, "probes do not wait");
    }

    #[tokio::test(start_paused = true)]
    async fn people_do_not_wait() {
        let health = Health::default();
        let gate = Gate::for_people(&health, health.routes());
        let started = tokio::time::Instant::now();
        assert_eq!(status(&gate, Method::OPTIONS, "/api").await, 503);
        assert!(started.elapsed().is_zero());
        gate.open(Router::new());
        assert_eq!(status(&gate, Method::GET, "/api").await, 404);
    }
}
