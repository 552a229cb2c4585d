//! What a user has chosen once for all tasks.

use axum::extract::State;
use todo_events::Actor;
use todo_service_kit::{Owner, Problem, extract::Json};

use super::{
    origin::origin,
    refusal::{faults_problem, store_problem},
};
use crate::{App, domain::Settings};

/// `GET /api/{user_id}/settings`
pub(crate) async fn get_settings(
    State(app): State<App>,
    Owner(user): Owner,
) -> Result<Json<Settings>, Problem> {
    app.tasks.settings(&user).await.map(Json).map_err(store_problem)
}

/// `PUT /api/{user_id}/settings`
pub(crate) async fn put_settings(
    State(app): State<App>,
    Owner(user): Owner,
    Json(settings): Json<Settings>,
) -> Result<Json<Settings>, Problem> {
    let settings = settings.check().map_err(faults_problem)?;
    let origin = origin(user, Actor::Api);
    app.tasks.put_settings(&settings, &origin).await.map(Json).map_err(store_problem)
}
