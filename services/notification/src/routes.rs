//! Every route, all of them for the sidecar alone.

use axum::{Router, routing::get};
use todo_dapr::{Dapr, DeadLetters, SidecarRoutes};

use crate::{
    APP_ID,
    app::App,
    handlers::{reminder_due, sweep, task_changed},
    http::{list_notifications, read_preferences, write_preferences},
};

/// What the subscriptions, the cron binding and chat-api call.
pub(crate) fn sidecar(dapr: Dapr) -> Router<App> {
    SidecarRoutes::new()
        .dead_letters(DeadLetters::new(dapr, APP_ID))
        .event("/events/reminders", reminder_due)
        .event("/events/task-updates", task_changed)
        .cron("/cron/notification-sweep", sweep)
        .into_router()
        .route("/internal/notifications", get(list_notifications))
        .route("/internal/preferences", get(read_preferences).put(write_preferences))
}
