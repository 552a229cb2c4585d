//! `/api/{user_id}/notifications/preferences`: how a user is told, which the notification service keeps.

use axum::{extract::State, http::Method, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_dapr::Invocation;
use todo_events::UserId;
use todo_service_kit::{Owner, Problem, extract::Json};

use super::{neighbour, notifications::AWAY};
use crate::App;

/// A user's wishes; what is left out has its default.
#[derive(Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NotificationPreferences)]
pub(crate) struct Preferences {
    /// Where reminders by mail go; without it they come as push.
    email: Option<String>,
    /// Whose changes of your tasks you are told about.
    changes_by: Vec<Door>,
    /// Until then reminders are held back, and changes are not told at all.
    muted_until: Option<DateTime<Utc>>,
}

/// A door through which somebody other than the user changes tasks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Door {
    /// An agent through MCP.
    Mcp,
    /// The repeat of a task.
    Recurring,
}

/// `GET /api/{user_id}/notifications/preferences`
pub(crate) async fn get_preferences(
    State(app): State<App>,
    Owner(user): Owner,
) -> Result<Response, Problem> {
    let path = path(&user);
    neighbour::ask(&app, Invocation::get(&app.config.notification, &path), AWAY).await
}

/// `PUT /api/{user_id}/notifications/preferences`
pub(crate) async fn put_preferences(
    State(app): State<App>,
    Owner(user): Owner,
    Json(wishes): Json<Preferences>,
) -> Result<Response, Problem> {
    let body = serde_json::to_vec(&wishes).map_err(Problem::internal)?.into();
    let path = path(&user);
    let call = Invocation::with_body(&app.config.notification, Method::PUT, &path, body);
    neighbour::ask(&app, call, AWAY).await
}

/// A user id consists of letters, digits and `._-`, so it needs no escaping.
fn path(user: &UserId) -> String {
    format!("internal/preferences?user_id={user}")
}
