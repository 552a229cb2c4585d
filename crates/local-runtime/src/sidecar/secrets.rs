//! `GET /v1.0/secrets/{store}/{key}` and `/bulk`.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::{
    Sidecar,
    error::{ApiError, json_response},
};
use crate::secrets::{SecretStore, may_read};

/// One secret.
pub(super) fn get(sidecar: &Sidecar, store: &str, key: &str) -> Result<Response, ApiError> {
    let secrets = find(sidecar, store)?;
    if !may_read(&sidecar.app.configuration.spec.secrets.scopes, store, key) {
        let message = format!("access denied by policy to get {key} from {store}");
        return Err(ApiError::new(403, "ERR_PERMISSION_DENIED", message));
    }
    let secret = secrets.get(key).ok_or_else(|| {
        let message = format!(
            "failed getting secret with key {key} from secret store {store}: secret {key} not found"
        );
        ApiError::new(500, "ERR_SECRET_GET", message)
    })?;
    Ok(json_response(StatusCode::OK, json!(secret).to_string()))
}

/// All secrets the application may read.
pub(super) fn all(sidecar: &Sidecar, store: &str) -> Result<Response, ApiError> {
    let scopes = &sidecar.app.configuration.spec.secrets.scopes;
    let mut secrets = find(sidecar, store)?.all();
    secrets.retain(|name, _| may_read(scopes, store, name));
    Ok(json_response(StatusCode::OK, json!(secrets).to_string()))
}

fn find<'a>(sidecar: &'a Sidecar, store: &str) -> Result<&'a SecretStore, ApiError> {
    let stores = &sidecar.app.components.secrets;
    if stores.is_empty() {
        let message = "secret store is not configured";
        return Err(ApiError::new(500, "ERR_SECRET_STORES_NOT_CONFIGURED", message));
    }
    stores.get(store).map(|store| &**store).ok_or_else(|| {
        let message = format!("failed finding secret store with key {store}");
        ApiError::new(401, "ERR_SECRET_STORE_NOT_FOUND", message)
    })
}
