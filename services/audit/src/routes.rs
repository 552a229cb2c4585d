//! Every route, all of them for the sidecar alone.

use axum::{
    Router,
    routing::{delete, get, post},
};
use todo_dapr::{Dapr, DeadLetters, SidecarRoutes};
use todo_events::Topic;

use crate::{
    APP_ID,
    app::App,
    handlers::{DEAD_LETTERS, keep_dead_letters, record, sweep},
    http::{list_dead_letters, list_entries, remove_dead_letter, replay_dead_letter},
};

/// What the subscriptions, chat-api and operators call.
pub(crate) fn sidecar(dapr: Dapr) -> Router<App> {
    SidecarRoutes::new()
        .dead_letters(DeadLetters::new(dapr, APP_ID))
        .event("/events/task-events", |app, event| record(app, Topic::TaskEvents, event))
        .event("/events/reminders", |app, event| record(app, Topic::Reminders, event))
        .event("/events/notifications", |app, event| record(app, Topic::Notifications, event))
        .cron("/cron/audit-sweep", sweep)
        .into_router()
        .route(DEAD_LETTERS, post(keep_dead_letters))
        .route("/internal/entries", get(list_entries))
        .route("/internal/dead-letters", get(list_dead_letters))
        .route("/internal/dead-letters/{id}", delete(remove_dead_letter))
        .route("/internal/dead-letters/{id}/replay", post(replay_dead_letter))
}
