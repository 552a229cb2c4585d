//! From the open port to the end: when an application's inputs start, pause and stop.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{App, health};
use crate::{bindings, broker::Broker, delivery};

/// How often the application's port is tried (daprd: 100 ms).
const PORT_POLL: Duration = Duration::from_millis(25);

/// Time for deliveries in flight when the runtime shuts down.
const GRACE: Duration = Duration::from_secs(5);

/// Pause after an application's first failed probe: daprd waits a whole interval, which only costs start-up time.
const STARTING_POLL: Duration = Duration::from_millis(100);

/// A period in which the application is ready. `pause` ends the intake, `abort` also what is in flight.
#[derive(Clone, Default)]
pub(crate) struct Session {
    pub(crate) pause: CancellationToken,
    pub(crate) abort: CancellationToken,
}

impl Session {
    /// A part of the session that can end before it does.
    pub(crate) fn turn(&self) -> Self {
        Self { pause: self.pause.child_token(), abort: self.abort.child_token() }
    }
}

/// Runs an application's inputs until `stop`.
pub(crate) async fn run(app: Arc<App>, broker: Arc<Broker>, stop: CancellationToken) {
    if app.channel.is_none() {
        app.set_ready(true);
        return;
    }
    let healthy = watch::Sender::new(false);
    tokio::select! {
        () = port_is_open(&app) => {}
        () = stop.cancelled() => return,
    }
    tokio::join!(probe(&app, &healthy, &stop), sessions(&app, &broker, &healthy, &stop));
}

async fn port_is_open(app: &App) {
    let Some(channel) = &app.channel else { return };
    while !channel.is_open().await {
        tokio::time::sleep(PORT_POLL).await;
    }
}

async fn probe(app: &App, healthy: &watch::Sender<bool>, stop: &CancellationToken) {
    let (Some(path), Some(channel)) = (&app.config.health_check_path, &app.channel) else {
        healthy.send_replace(true);
        return;
    };
    while !channel.probe(path, app.config.health_probe_timeout).await {
        tokio::select! {
            () = tokio::time::sleep(STARTING_POLL) => {}
            () = stop.cancelled() => return,
        }
    }
    health::watch(app, path, healthy, stop).await;
}

async fn sessions(
    app: &Arc<App>,
    broker: &Arc<Broker>,
    healthy: &watch::Sender<bool>,
    stop: &CancellationToken,
) {
    let mut health = healthy.subscribe();
    while !stop.is_cancelled() {
        tokio::select! {
            _ = health.wait_for(|healthy| *healthy) => {}
            () = stop.cancelled() => return,
        }
        let (session, tasks) = (Session::default(), TaskTracker::new());
        tokio::select! {
            () = start(app, broker, &session, &tasks) => app.set_ready(true),
            () = stop.cancelled() => {}
        }
        tokio::select! {
            _ = health.wait_for(|healthy| !*healthy) => session.abort.cancel(),
            () = stop.cancelled() => {}
        }
        session.pause.cancel();
        tasks.close();
        app.set_ready(false);
        if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
            session.abort.cancel();
            tasks.wait().await;
        }
    }
}

async fn start(app: &Arc<App>, broker: &Arc<Broker>, session: &Session, tasks: &TaskTracker) {
    delivery::start(app, broker, session, tasks).await;
    bindings::start_crons(app, session, tasks).await;
}
