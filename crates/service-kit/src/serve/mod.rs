//! The accept loop.
//!
//! `axum::serve` has no limit on how long a request head may take, so one half-sent line holds a connection for good.
//! This loop has one, and a limit on open connections; it speaks HTTP/1.1 only, keeps upgrades, and stops gracefully.

mod head_deadline;
mod io;

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo, response::Response};
use http::Request;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::{Service, ServiceExt as _};

use head_deadline::HeadDeadline;
use io::CountedIo;

/// Pause after a failed accept; the usual cause, no free file handle, does not pass at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The sidecar turns every header of a Kafka record into one of the request.
const MAX_HEADERS: usize = 100;
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Limits of one listener.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// How long a request's head may take from its first byte (a connection's first head: from the accept).
    pub head_timeout: Duration,
    /// How long a connection may be idle between requests. A client that reuses connections must give up first, or it
    /// will now and then send a request into one that is being closed.
    pub idle_timeout: Duration,
    /// How many connections may be open; more wait in the kernel's queue. An upgraded one counts no longer.
    pub max_connections: usize,
}

impl ServeOptions {
    /// For a listener that anyone can reach.
    #[must_use]
    pub fn public() -> Self {
        Self {
            head_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(75),
            max_connections: 8192,
        }
    }

    /// For a listener that only a sidecar calls: it keeps its connections for long, and losing one costs a delivery.
    #[must_use]
    pub fn sidecar() -> Self {
        Self { idle_timeout: Duration::from_secs(3600), ..Self::public() }
    }
}

/// Serves `service` on `listener` until `stop`, then waits until every request in flight is answered.
///
/// Dropping the future cuts connections off: give it a deadline. Requests carry `ConnectInfo<SocketAddr>`.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    options: ServeOptions,
    stop: CancellationToken,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let connections = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(options.max_connections));
    let options = Arc::new(options);
    let cut = CancellationToken::new();
    let _cut_on_drop = cut.clone().drop_guard();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let work = connection(stream, peer, service.clone(), Arc::clone(&options), stop.clone());
        let cut = cut.clone();
        connections.spawn(async move {
            let _permit = permit;
            cut.run_until_cancelled(work).await;
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

async fn connection<S>(
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    options: Arc<ServeOptions>,
    stop: CancellationToken,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // Answers are written whole; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let head = HeadDeadline::new();
    let io = TokioIo::new(CountedIo::new(stream, head.clone()));
    let (on_request, on_response) = (head.clone(), head.clone());
    let service = service
        .map_request(move |mut request: Request<Incoming>| {
            on_request.head_complete();
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(Body::new)
        })
        .map_response(move |response| {
            on_response.await_next();
            response
        });
    let served = protocol(&options).serve_connection(io, TowerToHyperService::new(service));
    let (mut served, mut missed) =
        (pin!(served.with_upgrades()), pin!(head.missed(options.head_timeout)));
    let ended = tokio::select! {
        ended = &mut served => ended,
        () = &mut missed => return tracing::debug!("a request head took too long"),
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            tokio::select! { ended = &mut served => ended, () = &mut missed => return }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn protocol(options: &ServeOptions) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // hyper's timer also runs between requests, so it is the idle limit here.
        .header_read_timeout(options.idle_timeout)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD_BYTES);
    builder
}
