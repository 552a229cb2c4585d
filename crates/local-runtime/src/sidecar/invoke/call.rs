//! One invocation on its way, under the caller's policy.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method};

use super::{super::Sidecar, answer};
use crate::{
    app::{App, ChannelError, Incoming, Replicas},
    resiliency::{Failure, Policy, Repeat, Repeatable},
};

/// What is called.
pub(super) struct Request {
    pub(super) method: Method,
    /// Path and query, beginning with a slash.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Who is called.
#[derive(Clone, Copy)]
pub(super) enum Callee<'a> {
    /// The caller's own application, past access control and the built-in retry.
    Own(&'a App),
    /// Each attempt goes to the replica whose turn it is.
    Replicas(&'a Replicas),
    /// Somebody outside, by base URL.
    Outside(&'a str),
}

/// Why an attempt counts as failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("{0}")]
    Channel(#[from] ChannelError),
    #[error("app is not in a healthy state")]
    Unhealthy,
    /// The application's answer, which is the caller's in the end.
    #[error("status {}", .0.status())]
    Status(Box<Response>),
}

impl Repeatable for CallError {
    fn repeat(&self) -> Repeat {
        match self {
            Self::Channel(_) | Self::Unhealthy => Repeat::Yes,
            Self::Status(answer) => Repeat::IfListed(answer.status().as_u16()),
        }
    }
}

/// A failure as the built-in retry sees it, which repeats connection failures alone.
struct Unpoliced(CallError);

impl Repeatable for Unpoliced {
    fn repeat(&self) -> Repeat {
        match &self.0 {
            CallError::Channel(error) if error.is_connect() => Repeat::Yes,
            CallError::Channel(_) | CallError::Unhealthy | CallError::Status(_) => Repeat::Never,
        }
    }
}

impl Request {
    /// Makes the call. Every status outside of 200 to 399 counts as a failure of the policy, but is the answer in the end.
    pub(super) async fn send(
        &self,
        sidecar: &Sidecar,
        target: &str,
        callee: Callee<'_>,
        policy: &Policy,
    ) -> Result<Response, Failure<CallError>> {
        let built_in = match callee {
            Callee::Replicas(_) if !sidecar.app.resiliency.targets_app(target) => {
                Some(sidecar.app.resiliency.service_retries())
            }
            Callee::Replicas(_) | Callee::Own(_) | Callee::Outside(_) => None,
        };
        let connecting = Policy { retry: built_in, ..Policy::default() };
        let call = || async {
            let sent =
                connecting.run(|| async { self.once(sidecar, callee).await.map_err(Unpoliced) });
            let incoming = sent.await.map_err(|failure| match failure {
                Failure::Own(Unpoliced(error)) => error,
                // A policy of a retry alone has no failures of its own.
                Failure::Timeout | Failure::Refused(_) => CallError::Unhealthy,
            })?;
            let response = answer(incoming);
            let status = response.status().as_u16();
            let fine = (200..400).contains(&status);
            if fine { Ok(response) } else { Err(CallError::Status(Box::new(response))) }
        };
        match policy.run(call).await {
            Err(Failure::Own(CallError::Status(response))) => Ok(*response),
            result => result,
        }
    }

    async fn once(&self, sidecar: &Sidecar, callee: Callee<'_>) -> Result<Incoming, CallError> {
        let (method, headers, body) =
            (self.method.clone(), self.headers.clone(), self.body.clone());
        let app = match callee {
            Callee::Own(app) => app,
            Callee::Replicas(replicas) => replicas.pick(),
            Callee::Outside(base) => {
                let url = format!("{base}{}", self.path);
                let request = sidecar.shared.outside.request(method, url).headers(headers);
                let response = request.body(body).send().await.map_err(ChannelError::from)?;
                return Ok(response.into());
            }
        };
        let channel = app.channel.as_ref().ok_or(CallError::Unhealthy)?;
        if app.config.health_check_path.is_some() && !app.is_ready() {
            return Err(CallError::Unhealthy);
        }
        Ok(channel.send(method, &self.path, headers, body).await?)
    }
}
