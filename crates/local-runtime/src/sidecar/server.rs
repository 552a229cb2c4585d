//! Serves the API.

use std::time::Duration;

use axum::{Router, extract::Request, serve::ListenerExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Sidecar, routes};

/// How long open connections may take to finish after `stop`.
const GRACE: Duration = Duration::from_secs(5);

/// Serves until `stop`, then lets calls in flight finish.
pub(crate) async fn serve(listener: TcpListener, sidecar: Sidecar, stop: CancellationToken) {
    let app_id = sidecar.app.id.clone();
    let router = Router::new().fallback(move |request: Request| {
        let sidecar = sidecar.clone();
        async move { routes::dispatch(&sidecar, request).await }
    });
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY not set");
        }
    });
    let stopped = stop.clone();
    let server = axum::serve(listener, router)
        .with_graceful_shutdown(async move { stopped.cancelled().await })
        .into_future();
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server => if let Err(error) = served {
            tracing::error!(app = app_id, %error, "sidecar ended");
        },
        () = deadline => tracing::debug!(app = app_id, "open connections cut off"),
    }
}
