//! `GET|PUT /internal/preferences?user_id=`: chat-api has checked who asks.

use axum::extract::State;
use serde::Deserialize;
use todo_events::UserId;
use todo_service_kit::{
    Problem,
    extract::{Json, Query},
};

use super::unavailable;
use crate::{app::App, domain::Preferences};

/// Whose preferences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owner {
    user_id: UserId,
}

pub(crate) async fn read_preferences(
    State(app): State<App>,
    Query(owner): Query<Owner>,
) -> Result<Json<Preferences>, Problem> {
    app.preferences.read(&owner.user_id).await.map(Json).map_err(unavailable)
}

/// Answers what is now in force.
pub(crate) async fn write_preferences(
    State(app): State<App>,
    Query(owner): Query<Owner>,
    Json(wishes): Json<Preferences>,
) -> Result<Json<Preferences>, Problem> {
    let written = app.preferences.write(&owner.user_id, &wishes.tidy()).await;
    written.map(Json).map_err(unavailable)
}
