//! One constructor for each status the services answer with.

use std::{borrow::Cow, error::Error, time::Duration};

use http::{HeaderValue, StatusCode, header};

use super::Problem;

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $status:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name(code: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
            Self::new(StatusCode::$status, code, detail)
        }
    )* };
}

impl Problem {
    constructors! {
        /// 400: the request cannot be read.
        bad_request => BAD_REQUEST;
        /// 403: the caller is known and may not.
        forbidden => FORBIDDEN;
        /// 404: there is no such thing, or none that this caller may see.
        not_found => NOT_FOUND;
        /// 409: the request does not fit the current state.
        conflict => CONFLICT;
        /// 412: `If-Match` names another revision.
        precondition_failed => PRECONDITION_FAILED;
        /// 413: the body is too large.
        payload_too_large => PAYLOAD_TOO_LARGE;
        /// 415: the body has another media type than the route reads.
        unsupported_media_type => UNSUPPORTED_MEDIA_TYPE;
        /// 422: the request can be read and breaks a rule.
        unprocessable => UNPROCESSABLE_ENTITY;
    }

    /// 400 `invalid_query`; [`Problem::with_error`] names each parameter, as `?limit`, and its rule.
    pub fn invalid_query() -> Self {
        Self::bad_request("invalid_query", "a query parameter breaks a rule")
    }

    /// 401 with the challenge of `WWW-Authenticate`, such as `Bearer` (RFC 6750 §3).
    pub fn unauthorized(
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
        challenge: &'static str,
    ) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// 429 with `Retry-After`, rounded up to whole seconds.
    pub fn too_many_requests(retry_after: Duration) -> Self {
        let detail = "too many requests; wait before the next one";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail)
            .with_retry_after(retry_after)
    }

    /// 503 with `Retry-After`: the service, or what it needs, cannot answer now.
    pub fn unavailable(code: impl Into<Cow<'static, str>>, retry_after: Duration) -> Self {
        let detail = "the service cannot answer now; try again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).with_retry_after(retry_after)
    }

    /// 500: something broke here; `source` is logged and not shown.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let detail = "something went wrong here; it has been noted";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail).with_source(source)
    }
}
