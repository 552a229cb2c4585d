//! Routes that people and their programs call.

use std::time::Duration;

use axum::{Router, middleware};
use http::{HeaderName, HeaderValue, header};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, Predicate as _, SizeAbove},
    },
    set_header::SetResponseHeaderLayer,
};

use super::{bare, guarded};
use crate::telemetry;

/// Bodies below this many bytes are sent as they are: compressing them costs more than it saves.
const COMPRESS_ABOVE: u64 = 2048;

/// For an API: its answers are data, so a browser that shows one must run nothing.
const DEFAULT_CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// What differs between public routers.
#[derive(Debug, Clone)]
pub struct PublicOptions {
    /// How long a handler may take until its response head.
    pub timeout: Duration,
    /// `Content-Security-Policy` of answers that do not set their own.
    pub content_security_policy: HeaderValue,
}

impl Default for PublicOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(15),
            content_security_policy: HeaderValue::from_static(DEFAULT_CSP),
        }
    }
}

/// Surrounds `router` with everything a public route needs.
///
/// From the outside in: trace and request id, compression, security headers, problems for bare errors, panics,
/// time limit, body limit (in bytes).
pub fn public(router: Router, body_limit: usize, options: &PublicOptions) -> Router {
    let policy = options.content_security_policy.clone();
    guarded(router, body_limit, options.timeout)
        .layer(middleware::map_response(bare::to_problem))
        .layer(security_header(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(security_header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(security_header(header::CONTENT_SECURITY_POLICY, policy))
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(SizeAbove::new(COMPRESS_ABOVE))),
        )
        .layer(middleware::from_fn(telemetry::observe))
}

fn security_header(name: HeaderName, value: HeaderValue) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, value)
}
