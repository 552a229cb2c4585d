//! The line between the service and its sidecar, tapped: every call is noted and passed on.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    response::Response,
};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The calls so far.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Vec<Call>>>);

/// One call of the sidecar.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

impl Call {
    /// The statement, when the call is one of the database binding.
    pub(crate) fn statement(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let statement = body["metadata"]["sql"].as_str()?;
        self.path.starts_with("/v1.0/bindings/").then(|| statement.to_owned())
    }
}

impl Wire {
    /// Listens, passes everything on to the sidecar at `target`, and answers the port it listens on.
    pub(crate) async fn tap(&self, target: u16, cancel: &CancellationToken) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(pass).with_state((self.clone(), Client::new(), target));
        let stopped = cancel.clone().cancelled_owned();
        tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
        port
    }

    /// Every call so far, which are forgotten.
    pub(crate) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn pass(
    State((wire, client, target)): State<(Wire, Client, u16)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().to_string();
    let call = Call { method: parts.method.clone(), path: path.clone(), body: body.clone() };
    wire.0.lock().unwrap().push(call);
    let url = format!("http://127.0.0.1:{target}{path}");
    let answer = client.request(parts.method, url).headers(parts.headers).body(body).send().await;
    let answer = answer.unwrap();
    let mut response = Response::builder().status(answer.status());
    let mut headers = answer.headers().clone();
    // How the body is cut up is a matter of each connection.
    headers.remove("transfer-encoding");
    response.headers_mut().unwrap().extend(headers);
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
