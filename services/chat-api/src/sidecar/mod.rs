//! What the sidecar calls: jobs, cron ticks, and invocations of the other services.

mod occurrences;
mod reminders;
mod sweep;

use axum::{
    Router,
    routing::{get, post},
};
use todo_dapr::SidecarRoutes;

use crate::App;

/// The routes of the app port.
pub(crate) fn routes() -> Router<App> {
    SidecarRoutes::new()
        .jobs(reminders::wake)
        .cron("/cron/reminder-sweep", reminders::sweep)
        .cron("/cron/outbox-sweep", sweep::outbox)
        .into_router()
        .route("/internal/occurrences", post(occurrences::insert_occurrence))
        .route("/internal/series/pending", get(occurrences::list_pending))
}
