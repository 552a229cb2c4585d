//! `/v1.0/healthz` and `/v1.0/shutdown`.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::{Sidecar, error::ApiError, request::Call};

/// Ready once the application has been ready. Outbound calls work before that.
pub(super) fn ready(sidecar: &Sidecar, call: &Call) -> Result<Response, ApiError> {
    if !sidecar.app.has_started() {
        return Err(ApiError::new(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [app]"));
    }
    if let Some(app_id) = call.parameter("appid")
        && app_id != sidecar.app.id
    {
        return Err(ApiError::new(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match"));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends this sidecar, not the runtime.
pub(super) fn shutdown(sidecar: &Sidecar) -> Result<Response, ApiError> {
    sidecar.stop.cancel();
    Ok(StatusCode::NO_CONTENT.into_response())
}
