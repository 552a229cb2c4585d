//! The route table. Whatever is not in it, wrong verbs included, is a service invocation or a 404.

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode};

use super::{
    Sidecar, bindings, bulk_publish, conversation, error::ApiError, health, invoke, jobs, metadata,
    publish, request::Call, secrets, state,
};

/// Answers one call.
pub(super) async fn dispatch(sidecar: &Sidecar, request: Request) -> Response {
    let mut call = Call::new(request);
    let segments = std::mem::take(&mut call.segments);
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    if !is_open(&path) && !has_token(sidecar, &call) {
        return (StatusCode::UNAUTHORIZED, "invalid api token\n").into_response();
    }
    if sidecar.shared.api_token.is_some() {
        call.headers.remove("dapr-api-token");
    }
    let trace = call.trace(false).parent;
    let mut response =
        route(sidecar, &mut call, &path).await.unwrap_or_else(ApiError::into_response);
    if let Some(value) = trace.and_then(|parent| HeaderValue::from_str(parent.as_str()).ok()) {
        response.headers_mut().entry("traceparent").or_insert(value);
    }
    response
}

/// The health checks need no token.
fn is_open(path: &[&str]) -> bool {
    matches!(path, ["v1.0", "healthz"] | ["v1.0", "healthz", "outbound"])
}

fn has_token(sidecar: &Sidecar, call: &Call) -> bool {
    match &sidecar.shared.api_token {
        None => true,
        Some(token) => {
            call.headers.get("dapr-api-token").is_some_and(|t| t.as_bytes() == token.as_bytes())
        }
    }
}

/// A group that the Configuration does not allow has no routes, so that its calls are taken for invocations.
async fn route(sidecar: &Sidecar, call: &mut Call, path: &[&str]) -> Result<Response, ApiError> {
    let permits = |version, group| sidecar.app.configuration.spec.api.permits(version, group);
    match path {
        [version, group, ..] if permits(version, group) && *group != "invoke" => {
            served(sidecar, call, path).await
        }
        _ if permits("v1.0", "invoke") => invoke::invoke(sidecar, call).await,
        _ => Ok((StatusCode::NOT_FOUND, "404 page not found\n").into_response()),
    }
}

async fn served(sidecar: &Sidecar, call: &mut Call, path: &[&str]) -> Result<Response, ApiError> {
    let method = call.method.clone();
    let (get, delete) = (method == Method::GET, method == Method::DELETE);
    let write = method == Method::POST || method == Method::PUT;
    match path {
        ["v1.0", "healthz"] if get => health::ready(sidecar, call),
        ["v1.0", "healthz", "outbound"] if get => Ok(StatusCode::NO_CONTENT.into_response()),
        ["v1.0", "metadata"] if get => metadata::get(sidecar),
        ["v1.0", "metadata", key] if method == Method::PUT => {
            metadata::put(sidecar, call, key).await
        }
        ["v1.0", "shutdown"] if method == Method::POST => health::shutdown(sidecar),
        ["v1.0" | "v1.0-alpha1", "publish", "bulk", pubsub, topic @ ..]
            if write && !topic.is_empty() =>
        {
            bulk_publish::bulk(sidecar, call, pubsub, &topic.join("/")).await
        }
        ["v1.0", "publish", pubsub, topic @ ..] if write && !topic.is_empty() => {
            publish::single(sidecar, call, pubsub, &topic.join("/")).await
        }
        ["v1.0", "state", store] if write => state::save(sidecar, call, store).await,
        ["v1.0", "state", store, "bulk"] if write => state::bulk_get(sidecar, call, store).await,
        ["v1.0", "state", store, "transaction"] if write => {
            state::transaction(sidecar, call, store).await
        }
        ["v1.0", "state", store, key] if get => state::get(sidecar, store, key).await,
        ["v1.0", "state", store, key] if delete => state::delete(sidecar, call, store, key).await,
        ["v1.0" | "v1.0-alpha1", "jobs", name] if method == Method::POST => {
            jobs::create(sidecar, call, name).await
        }
        ["v1.0" | "v1.0-alpha1", "jobs", name] if get => jobs::get(sidecar, name).await,
        ["v1.0" | "v1.0-alpha1", "jobs", name] if delete => jobs::delete(sidecar, name).await,
        ["v1.0", "bindings", name] if write => bindings::invoke(sidecar, call, name).await,
        ["v1.0-alpha2", "conversation", name, "converse"] if method == Method::POST => {
            conversation::converse(sidecar, call, name).await
        }
        ["v1.0", "secrets", store, "bulk"] if get => secrets::all(sidecar, store),
        ["v1.0", "secrets", store, key] if get => secrets::get(sidecar, store, key),
        _ => invoke::invoke(sidecar, call).await,
    }
}
