//! Service invocation: `/v1.0/invoke/{app}/method/{path}` and the header `dapr-app-id` on any path.

mod access;
mod target;

use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::{Sidecar, error::ApiError, request::Call};
use crate::{
    app::{App, ChannelError},
    resiliency::{Policy, Retry},
};

/// Connection-level failures are repeated this often when no policy names the application.
const BUILT_IN_RETRIES: u32 = 3;
const BUILT_IN_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

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
    let mut headers = forwarded(&call.headers);
    if let Some(url) = target.strip_prefix("http://") {
        return outside(sidecar, call, &format!("http://{url}{path}"), headers, body).await;
    }
    if target.starts_with("https://") {
        return Err(failed(&target, "https is not supported by the local runtime"));
    }
    if let Some(endpoint) = sidecar.app.http_endpoints.get(&target) {
        for (name, value) in &endpoint.headers {
            set(&mut headers, name, value);
        }
        return outside(sidecar, call, &format!("{}{path}", endpoint.base_url), headers, body)
            .await;
    }
    let app_id = target.split('.').next().unwrap_or_default();
    let Some(callee) = sidecar.shared.apps.get(app_id) else {
        return Err(failed(&target, &format!("failed to resolve address for '{target}'")));
    };
    if callee.id != sidecar.app.id {
        if !access::is_allowed(&callee.configuration, &sidecar.app.id, &method, &call.method) {
            let message = format!(
                "access control policy has denied access to app id: {target} operation: {method} verb: {}",
                call.method
            );
            return Err(ApiError::new(
                403,
                "ERR_DIRECT_INVOKE",
                format!("failed to invoke, id: {target}, err: {message}"),
            ));
        }
        // Real callers' own headers of this name arrive beside the true one, so they do here.
        append(&mut headers, "dapr-caller-app-id", &sidecar.app.id);
        append(&mut headers, "dapr-caller-namespace", "default");
        append(&mut headers, "dapr-callee-app-id", &callee.id);
    }
    call_app(sidecar, callee, call, &path, headers, body).await
}

async fn call_app(
    sidecar: &Sidecar,
    callee: &App,
    call: &Call,
    path: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let policy = sidecar.app.resiliency.app(&callee.id);
    let built_in = policy.is_none();
    let policy = policy.unwrap_or_else(|| Policy {
        timeout: None,
        retry: Some(Retry::constant(BUILT_IN_PAUSE, Some(BUILT_IN_RETRIES))),
    });
    let mut attempts = policy.retry.as_ref().map(Retry::attempts);
    loop {
        let answer = once(callee, call, path, headers.clone(), body.clone(), &policy).await;
        let (again, result) = match answer {
            Ok(response) => {
                let status = response.status().as_u16();
                // A policy retries every answer outside 200-399 that its list of codes does not exclude.
                let again =
                    !built_in && !(200..400).contains(&status) && applies(&policy, Some(status));
                (again, Ok(response))
            }
            Err(Failure::Channel(error)) => {
                let again = if built_in { error.is_connect() } else { applies(&policy, None) };
                (again, Err(error.to_string()))
            }
            Err(Failure::Timeout) => (!built_in, Err("timeout".to_owned())),
            Err(Failure::Unhealthy) => (false, Err("app is not in a healthy state".to_owned())),
        };
        let pause = attempts.as_mut().filter(|_| again).and_then(|attempts| attempts.pause(0.5));
        match pause {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return result.map_err(|reason| failed(&callee.id, &reason)),
        }
    }
}

enum Failure {
    Channel(ChannelError),
    Timeout,
    Unhealthy,
}

fn applies(policy: &Policy, status: Option<u16>) -> bool {
    policy.retry.as_ref().is_some_and(|retry| retry.applies_to(status))
}

async fn once(
    callee: &App,
    call: &Call,
    path: &str,
    headers: HeaderMap,
    body: Bytes,
    policy: &Policy,
) -> Result<Response, Failure> {
    let Some(channel) = &callee.channel else { return Err(Failure::Unhealthy) };
    if callee.config.health_check_path.is_some() && !callee.is_ready() {
        return Err(Failure::Unhealthy);
    }
    let send = channel.send(call.method.clone(), path, headers, body);
    let response = match policy.timeout {
        None => send.await,
        Some(timeout) => tokio::time::timeout(timeout, send).await.map_err(|_| Failure::Timeout)?,
    };
    Ok(streamed(response.map_err(Failure::Channel)?))
}

async fn outside(
    sidecar: &Sidecar,
    call: &Call,
    url: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let request =
        sidecar.shared.outside.request(call.method.clone(), url).headers(headers).body(body);
    request.send().await.map(streamed).map_err(|e| failed(url, &e.to_string()))
}

/// The application's answer as it comes in.
fn streamed(response: reqwest::Response) -> Response {
    let mut answer = response.status().into_response();
    *answer.headers_mut() = forwarded(response.headers());
    *answer.body_mut() = Body::from_stream(response.bytes_stream());
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
