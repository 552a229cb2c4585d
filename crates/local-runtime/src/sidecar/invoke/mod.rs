//! Service invocation: `/v1.0/invoke/{app}/method/{path}` and the header `dapr-app-id` on any path.

mod access;
mod call;
mod target;

use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use self::call::{Callee, Request};
use super::{Sidecar, error::ApiError, request::Call};
use crate::{
    app::{App, Incoming},
    resiliency::Policy,
};

/// Passes a call on, or says that it is no call.
pub(super) async fn invoke(sidecar: &Sidecar, call: &mut Call) -> Result<Response, ApiError> {
    let Some((target, method)) = target::find(call)? else { return Err(ApiError::no_target()) };
    let body = to_bytes(call.take_body(), usize::MAX)
        .await
        .map_err(|e| failed(&target, &e.to_string()))?;
    let path = match &call.query {
        Some(query) => format!("/{method}?{query}"),
        None => format!("/{method}"),
    };
    let (verb, headers) = (call.method.clone(), forwarded(&call.headers));
    let mut request = Request { method: verb, path, headers, body };
    let policy = |endpoint: &str| sidecar.app.resiliency.app(&target, endpoint);
    if target.starts_with("http://") {
        // A trap: whoever is called by URL gets the application's token.
        if let Some(token) = &sidecar.shared.app_token {
            set(&mut request.headers, "dapr-api-token", token);
        }
        let policy = policy(&method);
        return send(sidecar, &target, &request, Callee::Outside(&target), &policy).await;
    }
    if target.starts_with("https://") {
        return Err(failed(&target, "https is not supported by the local runtime"));
    }
    if let Some(endpoint) = sidecar.app.http_endpoints.get(&target) {
        for (name, value) in &endpoint.headers {
            set(&mut request.headers, name, value);
        }
        let callee = Callee::Outside(&endpoint.base_url);
        return send(sidecar, &target, &request, callee, &policy(&endpoint.base_url)).await;
    }
    let app_id = target.split('.').next().unwrap_or_default();
    if app_id == sidecar.app.id {
        let callee = Callee::Own(&sidecar.app);
        return send(sidecar, app_id, &request, callee, &policy(&method)).await;
    }
    let Some(replicas) = sidecar.shared.apps.get(app_id) else {
        return Err(failed(&target, &format!("failed to resolve address for '{target}'")));
    };
    permit(&sidecar.app.id, replicas.any(), &target, &method, &mut request)?;
    let callee = Callee::Replicas(replicas);
    send(sidecar, app_id, &request, callee, &policy(&method)).await
}

/// Asks the callee's access control, and says who calls.
fn permit(
    caller: &str,
    callee: &App,
    target: &str,
    method: &str,
    request: &mut Request,
) -> Result<(), ApiError> {
    if !access::is_allowed(&callee.configuration, caller, method, &request.method) {
        let message = format!(
            "failed to invoke, id: {target}, err: access control policy has denied access to app id: {target} \
             operation: {method} verb: {}",
            request.method
        );
        return Err(ApiError::new(403, "ERR_DIRECT_INVOKE", message));
    }
    // Real callers' own headers of this name arrive beside the true one, so they do here.
    append(&mut request.headers, "dapr-caller-app-id", caller);
    append(&mut request.headers, "dapr-caller-namespace", "default");
    append(&mut request.headers, "dapr-callee-app-id", &callee.id);
    Ok(())
}

async fn send(
    sidecar: &Sidecar,
    target: &str,
    request: &Request,
    callee: Callee<'_>,
    policy: &Policy,
) -> Result<Response, ApiError> {
    let sent = request.send(sidecar, callee, policy).await;
    sent.map_err(|failure| failed(target, &failure.to_string()))
}

/// The application's answer as it comes in.
fn answer(incoming: Incoming) -> Response {
    let mut answer = incoming.status().into_response();
    *answer.headers_mut() = forwarded(incoming.headers());
    *answer.body_mut() = Body::from_stream(incoming.into_stream());
    answer
}

/// All headers but those of the connection and of the sidecar itself.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    const OWN: [&str; 11] = [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
        "dapr-app-id",
    ];
    let kept = headers.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    let mut forwarded = HeaderMap::with_capacity(headers.len());
    for (name, value) in kept {
        forwarded.append(name, value.clone());
    }
    forwarded
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) =
        (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
    {
        headers.insert(name, value);
    }
}

fn append(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(name, value);
    }
}

fn failed(target: &str, reason: &str) -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR.as_u16(),
        "ERR_DIRECT_INVOKE",
        format!("failed to invoke, id: {target}, err: {reason}"),
    )
}
