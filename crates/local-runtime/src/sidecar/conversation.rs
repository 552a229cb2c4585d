//! `POST /v1.0-alpha2/conversation/{name}/converse`.

use axum::response::Response;
use http::StatusCode;

use super::{
    Sidecar,
    error::{ApiError, json_response},
    request::Call,
};
use crate::conversation::ConverseRequest;

/// Asks a model for its next turn.
pub(super) async fn converse(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let request: ConverseRequest = call.json().await?;
    let Some(component) = sidecar.app.components.conversations.get(name) else {
        let message = format!("failed finding conversation component {name}");
        return Err(ApiError::new(400, "ERR_CONVERSATION_NOT_FOUND", message));
    };
    let failed = |what: &str| format!("failed conversing with component {name}: {what}");
    if !request.has_inputs() {
        let message = failed("missing inputs in request");
        return Err(ApiError::new(400, "ERR_CONVERSATION_MISSING_INPUTS", message));
    }
    if !request.has_valid_choice() {
        let message = failed("invalid params");
        return Err(ApiError::new(400, "ERR_CONVERSATION_INVALID_PARMS", message));
    }
    if !request.has_messages_only() {
        let message = failed("invalid params");
        return Err(ApiError::new(400, "ERR_CONVERSATION_INVALID_PARMS", message));
    }
    let policy = sidecar.app.resiliency.outbound(name, "Conversation");
    let answer = policy.run(|| component.converse(&request)).await;
    let mut response = answer.map_err(|failure| {
        ApiError::new(500, "ERR_CONVERSATION_INVOKE", failed(&failure.to_string()))
    })?;
    response.context_id.clone_from(&request.context_id);
    let body = serde_json::to_string(&response)
        .map_err(|error| ApiError::new(500, "ERR_CONVERSATION_INVOKE", error.to_string()))?;
    Ok(json_response(StatusCode::OK, body))
}
