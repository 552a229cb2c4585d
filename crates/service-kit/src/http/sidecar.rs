//! Routes that only the sidecar calls: events, jobs, bindings and invocations.
//!
//! To the sidecar a 404 means "drop this message" (Dapr's HTTP channel treats it as `DROP` for events and as success
//! for jobs), so a path nobody serves is a 500 here: the message is delivered again and then kept as a dead letter.

use std::time::Duration;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use http::{Method, StatusCode};
use todo_dapr::AppToken;

use super::{bare, guarded};
use crate::{Problem, config::Secret, extract::Json, health, telemetry};

/// What differs between sidecar-facing routers.
#[derive(Debug, Clone)]
pub struct SidecarOptions {
    /// The token every call must carry in `dapr-api-token`.
    pub app_token: Secret,
    /// Largest request body, in bytes; daprd itself refuses more than 4 MiB unless told otherwise.
    pub body_limit: usize,
    /// How long a handler may take; the sidecar has no limit of its own, and a hung one holds up its partition.
    pub timeout: Duration,
}

impl SidecarOptions {
    /// The usual limits with this token.
    #[must_use]
    pub fn new(app_token: Secret) -> Self {
        Self { app_token, body_limit: 4 * 1024 * 1024, timeout: Duration::from_secs(30) }
    }
}

/// Surrounds `router` with everything a sidecar-facing route needs; replaces its fallback.
pub fn sidecar(router: Router, options: &SidecarOptions) -> Router {
    let token = AppToken::new(options.app_token.expose());
    guarded(router.fallback(nobody_serves), options.body_limit, options.timeout)
        .layer(middleware::from_fn_with_state(token, require_token))
        .layer(middleware::map_response(bare::to_problem))
        .layer(middleware::from_fn(telemetry::observe))
}

/// The sidecar's start-up questions have fixed answers; every other unknown path is an error, never a 404.
async fn nobody_serves(request: Request) -> Response {
    match (request.method(), request.uri().path()) {
        // Subscriptions are declared in files; anything but a 200 would be logged as a fault.
        (&Method::GET, "/dapr/subscribe") => Json(serde_json::json!([])).into_response(),
        (&Method::GET, "/dapr/config") => Json(serde_json::json!({})).into_response(),
        _ => {
            let detail = "nothing here serves this path; the message must not be dropped";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "route_not_found", detail)
                .with_source(format!("no route for {} {}", request.method(), request.uri().path()))
                .into_response()
        }
    }
}

/// Refuses calls that do not come from our sidecar; probes and scrapers have no token.
async fn require_token(State(expected): State<AppToken>, request: Request, next: Next) -> Response {
    if health::is_open_path(request.uri().path()) || expected.admits(request.headers()) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "app_token_required",
        "the app's API token is missing or wrong",
    )
    .into_response()
}
