//! `POST /v1.0/bindings/{name}`.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::{
    Sidecar,
    error::{ApiError, json_response},
    request::Call,
};
use crate::{
    bindings::{BindingError, BindingRequest},
    text::go_json,
};

/// Calls an output binding. Every failure is a 500 with its reason in the text.
pub(super) async fn invoke(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let mut request: BindingRequest = call.json().await?;
    request.data = request.data.map(go_json::through_float64);
    for key in ["traceparent", "tracestate", "baggage"] {
        if let Some(value) = call.header(key) {
            request
                .metadata
                .get_or_insert_default()
                .entry(key.to_owned())
                .or_insert_with(|| value.to_owned());
        }
    }
    let answer = match sidecar.app.components.outputs.get(name) {
        None => Err(format!("couldn't find output binding {name}").into()),
        Some(_) if request.operation.is_empty() => {
            Err("operation field is missing from request".to_owned().into())
        }
        Some(binding) if !binding.operations().contains(&request.operation.as_str()) => {
            let (wanted, can) = (&request.operation, binding.operations().join(" "));
            let message = format!(
                "binding {name} does not support operation {wanted}. supported operations:{can}"
            );
            Err(message.into())
        }
        Some(binding) => {
            let policy = sidecar.app.resiliency.outbound(name, "Binding");
            policy.run(|| binding.invoke(request.clone())).await.map_err(BindingError::from)
        }
    };
    match answer {
        Ok(answer) => {
            let mut response = match answer.data {
                Some(data) => json_response(StatusCode::OK, Body::from(data)),
                None => StatusCode::NO_CONTENT.into_response(),
            };
            response.headers_mut().extend(headers(&answer.metadata));
            Ok(response)
        }
        Err(BindingError { message, metadata }) => {
            let message = format!("error invoking output binding {name}: {message}");
            let mut response =
                ApiError::new(500, "ERR_INVOKE_OUTPUT_BINDING", message).into_response();
            response.headers_mut().extend(headers(&metadata));
            Ok(response)
        }
    }
}

/// `metadata.<key>`; values that are no header values are left out.
fn headers(metadata: &[(String, Vec<u8>)]) -> HeaderMap {
    let pairs = metadata.iter().filter_map(|(key, value)| {
        let name =
            HeaderName::from_bytes(format!("metadata.{key}").to_ascii_lowercase().as_bytes())
                .ok()?;
        Some((name, HeaderValue::from_bytes(value).ok()?))
    });
    pairs.collect()
}
