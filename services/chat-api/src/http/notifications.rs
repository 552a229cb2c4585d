//! `GET /api/{user_id}/notifications`: what the user was told, which the notification service keeps.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use todo_dapr::Invocation;
use todo_service_kit::{Owner, Problem, extract::Query};

use super::neighbour;
use crate::App;

/// Code of the problem when notification cannot be asked.
pub(super) const AWAY: &str = "notifications_unavailable";

/// Which ones.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotificationParams {
    /// Told after this instant: `until` of the answer before. Without it whatever is kept, which is 30 days.
    since: Option<DateTime<Utc>>,
}

/// `GET /api/{user_id}/notifications`
pub(crate) async fn list_notifications(
    State(app): State<App>,
    Owner(user): Owner,
    Query(params): Query<NotificationParams>,
) -> Result<Response, Problem> {
    let mut path = format!("internal/notifications?user_id={user}");
    if let Some(since) = params.since {
        path.push_str(&neighbour::instant("since", since)?);
    }
    neighbour::ask(&app, Invocation::get(&app.config.notification, &path), AWAY).await
}
