//! Probes of an application's health.

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::App;

/// Probes until `stop` and reports changes. Failures add up until the state changes: a success in between does not
/// reset them, which is how daprd counts.
pub(super) async fn watch(
    app: &App,
    path: &str,
    healthy: &watch::Sender<bool>,
    stop: &CancellationToken,
) {
    let Some(channel) = &app.channel else { return };
    let mut failures = 0;
    loop {
        let ok = channel.probe(path, app.config.health_probe_timeout).await;
        let was = *healthy.borrow();
        if ok && !was {
            failures = 0;
            tracing::info!(app = app.id, "application is healthy");
            healthy.send_replace(true);
        } else if !ok && was {
            failures += 1;
            if failures >= app.config.health_threshold {
                failures = 0;
                tracing::warn!(app = app.id, "application is unhealthy, deliveries pause");
                healthy.send_replace(false);
            }
        }
        tokio::select! {
            () = tokio::time::sleep(app.config.health_probe_interval) => {}
            () = stop.cancelled() => return,
        }
    }
}
