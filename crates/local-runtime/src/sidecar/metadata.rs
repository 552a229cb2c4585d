//! `/v1.0/metadata`.

use std::sync::PoisonError;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::{
    Sidecar,
    error::{ApiError, json_response},
    request::Call,
};

/// What the sidecar knows about itself.
pub(super) fn get(sidecar: &Sidecar) -> Result<Response, ApiError> {
    let app = &sidecar.app;
    let health = app.config.health_check_path.as_ref().map(|path| {
        json!({
            "healthCheckPath": path,
            "healthProbeInterval": format!("{:?}", app.config.health_probe_interval),
            "healthProbeTimeout": format!("{:?}", app.config.health_probe_timeout),
            "healthThreshold": app.config.health_threshold,
        })
    });
    let mut body = json!({
        "id": app.id,
        "runtimeVersion": concat!("local-", env!("CARGO_PKG_VERSION")),
        "enabledFeatures": [],
        "components": app.components.loaded,
        "extended": *app.extended.lock().unwrap_or_else(PoisonError::into_inner),
        "subscriptions": *app.subscribed.lock().unwrap_or_else(PoisonError::into_inner),
        "httpEndpoints": app.http_endpoints.keys().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "appConnectionProperties": {
            "port": app.config.app_port,
            "protocol": "http",
            "channelAddress": "127.0.0.1",
            "maxConcurrency": app.config.max_concurrency,
            "health": health,
        },
        "actorRuntime": {"runtimeStatus": "DISABLED"},
        "scheduler": {"connected_addresses": ["in-process"]},
        "resiliencies": app.resiliency.names().iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
    });
    // What is empty is left out.
    for name in ["httpEndpoints", "resiliencies"] {
        if let Some(object) = body.as_object_mut()
            && object[name].as_array().is_some_and(Vec::is_empty)
        {
            object.remove(name);
        }
    }
    if let Some(connection) = body["appConnectionProperties"].as_object_mut() {
        connection.retain(|_, value| !value.is_null());
    }
    Ok(json_response(StatusCode::OK, body.to_string()))
}

/// Sets an attribute of `extended`.
pub(super) async fn put(
    sidecar: &Sidecar,
    call: &mut Call,
    key: &str,
) -> Result<Response, ApiError> {
    let body = call.body().await.map_err(|e| ApiError::new(400, "ERR_BODY_READ", e))?;
    let value = String::from_utf8_lossy(&body).into_owned();
    let mut extended = sidecar.app.extended.lock().unwrap_or_else(PoisonError::into_inner);
    extended.insert(key.to_owned(), value);
    Ok(StatusCode::NO_CONTENT.into_response())
}
