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
    /// The caller's own application, past access control.
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

impl Request {
    /// Makes the call. Every status outside of 200 to 399 counts as a failure of the policy, but is the answer in the end.
    /// The real sidecar's built-in retry is for sidecars that cannot be reached, which here does not happen.
    pub(super) async fn send(
        &self,
        sidecar: &Sidecar,
        callee: Callee<'_>,
        policy: &Policy,
    ) -> Result<Response, Failure<CallError>> {
        let call = || async {
            let response = answer(self.once(sidecar, callee).await?);
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
