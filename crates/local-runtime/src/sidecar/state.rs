//! `/v1.0/state/{store}`.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Sidecar,
    error::{ApiError, json_response},
    request::Call,
};
use crate::{
    resiliency::{Failure, Policy},
    state::{DeleteItem, SaveItem, StateError, StateStore, StepError, TransactionRequest},
};

#[derive(Deserialize)]
struct BulkGet {
    keys: Vec<String>,
}

/// 200 with the bytes and an unquoted `ETag`, or 204.
pub(super) async fn get(sidecar: &Sidecar, store: &str, key: &str) -> Result<Response, ApiError> {
    let (from, policy) = (find(sidecar, store)?, policy(sidecar, store));
    let found = policy.run(|| from.get(key)).await.map_err(|e| {
        let message = format!("fail to get {key} from state store {store}: {e}");
        told(&e, store, "ERR_STATE_GET", message)
    })?;
    let Some(stored) = found else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let mut response = json_response(StatusCode::OK, stored.value);
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&stored.etag.to_string()) {
        headers.insert("etag", etag);
    }
    if let Some(expires) = stored.expires_at
        && let Ok(value) = HeaderValue::from_str(&crate::clock::rfc3339_seconds(expires))
    {
        headers.insert("metadata.ttlexpiretime", value);
    }
    Ok(response)
}

/// Saves an array of items, one after the other: several are not atomic.
pub(super) async fn save(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let store = find(sidecar, name)?;
    let mut items: Vec<SaveItem> = call.json().await?;
    let (request_metadata, policy) = (call.metadata(), policy(sidecar, name));
    for item in &mut items {
        for (key, value) in &request_metadata {
            item.metadata.get_or_insert_default().insert(key.clone(), value.clone());
        }
        policy.run(|| store.save(item)).await.map_err(|e| {
            let message = format!("failed saving state in state store {name}: {e}");
            told(&e, name, "ERR_STATE_SAVE", message)
        })?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Removes a key, if `If-Match` says so only in that version.
pub(super) async fn delete(
    sidecar: &Sidecar,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Response, ApiError> {
    let item = DeleteItem { key: key.to_owned(), etag: call.header("if-match").map(str::to_owned) };
    let (store, policy) = (find(sidecar, name)?, policy(sidecar, name));
    policy.run(|| store.delete(&item)).await.map_err(|e| {
        let message = format!("failed deleting state with key {key}: {e}");
        told(&e, name, "ERR_STATE_DELETE", message)
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Reads several keys; failures are told per key.
pub(super) async fn bulk_get(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let store = find(sidecar, name)?;
    let request: BulkGet = call.json().await?;
    let policy = policy(sidecar, name);
    let mut answers: Vec<Value> = Vec::with_capacity(request.keys.len());
    for key in &request.keys {
        answers.push(match policy.run(|| store.get(key)).await {
            Ok(None) => json!({"key": key}),
            Ok(Some(stored)) => json!({
                "key": key,
                "data": serde_json::from_slice::<Value>(&stored.value).unwrap_or_default(),
                "etag": stored.etag,
            }),
            Err(error) => json!({"key": key, "error": error.to_string()}),
        });
    }
    Ok(json_response(StatusCode::OK, Value::from(answers).to_string()))
}

/// Runs operations together. Every failure is a 500, a version conflict too.
pub(super) async fn transaction(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let store = find(sidecar, name)?;
    let request: TransactionRequest = call.json().await?;
    let operations = request.operations().map_err(|error| match error {
        StepError::Unsupported(_) => {
            ApiError::new(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", error.to_string())
        }
        StepError::Malformed(error) => ApiError::malformed(error),
    })?;
    let policy = policy(sidecar, name);
    policy.run(|| store.transact(&operations)).await.map_err(|e| match e {
        Failure::Own(StateError::InvalidKey(_)) => invalid_key(&e, name),
        _ => {
            let message = format!("error while executing state transaction: {e}");
            ApiError::new(500, "ERR_STATE_TRANSACTION", message)
        }
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn find<'a>(sidecar: &'a Sidecar, name: &str) -> Result<&'a StateStore, ApiError> {
    let stores = &sidecar.app.components.states;
    let metadata = || json!({"appID": sidecar.app.id});
    if stores.is_empty() {
        let message = format!("state store {name} is not configured");
        return Err(ApiError::new(500, "ERR_STATE_STORE_NOT_CONFIGURED", message)
            .because("DAPR_STATE_NOT_CONFIGURED", metadata()));
    }
    stores.get(name).map(|store| &**store).ok_or_else(|| {
        let message = format!("state store {name} is not found");
        ApiError::new(400, "ERR_STATE_STORE_NOT_FOUND", message)
            .because("DAPR_STATE_NOT_FOUND", metadata())
    })
}

fn policy(sidecar: &Sidecar, name: &str) -> Policy {
    sidecar.app.resiliency.outbound(name, "Statestore")
}

fn invalid_key(failure: &Failure<StateError>, store: &str) -> ApiError {
    let message = failure.to_string();
    let key = message.split('\'').nth(1).unwrap_or_default();
    ApiError::new(400, "ERR_MALFORMED_REQUEST", &message)
        .in_field(key)
        .about("state", store, "")
        .because("DAPR_STATE_ILLEGAL_KEY", Value::Null)
}

/// The answer to a failed call, with the message of its kind.
fn told(
    failure: &Failure<StateError>,
    store: &str,
    code: &'static str,
    message: String,
) -> ApiError {
    match failure {
        Failure::Own(StateError::InvalidKey(_)) => invalid_key(failure, store),
        Failure::Own(StateError::EtagMismatch | StateError::EtagInvalid(_)) => {
            ApiError::new(409, code, message)
        }
        // The real store reports the second of these conflicts as an internal error.
        Failure::Own(
            StateError::InvalidTtl(_) | StateError::FirstWriteConflict | StateError::Postgres(_),
        )
        | Failure::Timeout
        | Failure::Refused(_) => ApiError::new(500, code, message),
    }
}
