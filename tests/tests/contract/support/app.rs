//! An application that records what it gets and answers as the test says.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::to_bytes,
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

use super::PATIENCE;

/// One call to the application.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Status and body of an answer.
pub(crate) type Answer = (u16, String);

/// An empty 200.
pub(crate) fn ok(_: &Received, _: usize) -> Answer {
    (200, String::new())
}

/// Everything an application got, in order of arrival.
#[derive(Clone)]
pub(crate) struct Recorder(Arc<watch::Sender<Vec<Received>>>);

impl Recorder {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.0.borrow().clone()
    }

    /// POSTs to one path.
    pub(crate) fn posts(&self, path: &str) -> Vec<Received> {
        let wanted = |call: &Received| call.method == Method::POST && call.path == path;
        self.all().into_iter().filter(wanted).collect()
    }

    /// Waits until `count` POSTs to the path have come.
    pub(crate) async fn wait_for(&self, path: &str, count: usize) -> Vec<Received> {
        let enough = |all: &Vec<Received>| {
            all.iter().filter(|c| c.method == Method::POST && c.path == path).count() >= count
        };
        let mut receiver = self.0.subscribe();
        let waited = tokio::time::timeout(PATIENCE, receiver.wait_for(enough)).await;
        assert!(waited.is_ok(), "{count} calls of {path} expected, got {:#?}", self.all());
        self.posts(path)
    }
}

type Handler = dyn Fn(&Received, usize) -> Answer + Send + Sync;

/// A running application. Dropping it closes its port.
pub(crate) struct TestApp {
    pub(crate) port: u16,
    pub(crate) calls: Recorder,
    stop: CancellationToken,
}

impl TestApp {
    /// Starts on a free port. The handler gets each call and how many of the same path came before it. The health
    /// route, `/dapr/*` and OPTIONS are left to it as well.
    pub(crate) async fn start(
        handler: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_on(0, handler).await
    }

    /// Starts on a given port.
    pub(crate) async fn start_on(
        port: u16,
        handler: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (calls, stop) = (Recorder::new(), CancellationToken::new());
        let (recorder, handler) = (calls.clone(), Arc::new(handler) as Arc<Handler>);
        let router = Router::new().fallback(move |request: Request| {
            let (recorder, handler) = (recorder.clone(), Arc::clone(&handler));
            async move { answer(request, &recorder, &*handler).await }
        });
        let stopped = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                served = axum::serve(listener, router) => served.unwrap(),
                () = stopped.cancelled() => {}
            }
        });
        Self { port, calls, stop }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn answer(request: Request, recorder: &Recorder, handler: &Handler) -> Response {
    let (parts, body) = request.into_parts();
    let received = Received {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    let same = |call: &&Received| call.path == received.path && call.method == received.method;
    let before = recorder.0.borrow().iter().filter(same).count();
    let (status, body) = match (received.method.as_str(), received.path.as_str()) {
        ("GET", "/dapr/subscribe" | "/dapr/config") => {
            let answer = handler(&received, before);
            if answer.1.is_empty() { (404, String::new()) } else { answer }
        }
        _ => handler(&received, before),
    };
    recorder.0.send_modify(|all| all.push(received));
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}
