//! The layer stacks of the two kinds of routes: those people call and those only the sidecar calls.

mod bare;
mod linger;
mod public;
mod sidecar;

pub use public::{PublicOptions, public};
pub use sidecar::{SidecarOptions, sidecar};

use std::any::Any;

use axum::{
    Router, middleware,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, StatusCode, header};
use tower_http::{
    catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer,
    sensitive_headers::SetSensitiveRequestHeadersLayer, timeout::TimeoutLayer,
};

use crate::{Problem, telemetry::panic_message};

const API_TOKEN: HeaderName = HeaderName::from_static(todo_dapr::AppToken::HEADER);

/// Headers that debug output of a request must not show.
const SENSITIVE: [HeaderName; 4] =
    [header::AUTHORIZATION, header::COOKIE, header::SEC_WEBSOCKET_PROTOCOL, API_TOKEN];

/// The innermost layers, which both kinds share: a panic is a 500, a slow handler a 504, a large body a 413,
/// and whoever is refused while sending gets to read why.
fn guarded(router: Router, body_limit: usize, timeout: std::time::Duration) -> Router {
    router
        // axum's own limit would only guard its extractors.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(body_limit))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, timeout))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(SetSensitiveRequestHeadersLayer::new(SENSITIVE))
        .layer(middleware::from_fn(linger::linger))
}

fn panicked(payload: Box<dyn Any + Send>) -> Response {
    Problem::internal(format!("panicked: {}", panic_message(&*payload))).into_response()
}
