//! What people and their programs call: REST, the page, and the description of both.

mod answer;
mod audit;
mod bulk;
mod chat;
mod dev_login;
mod idempotency;
mod list_params;
mod neighbour;
mod notifications;
mod openapi;
mod origin;
mod outcome;
mod page;
mod preconditions;
mod preferences;
mod quick;
mod refusal;
mod settings;
mod task_name;
mod tasks;

pub(crate) use answer::created;
pub(crate) use audit::{AuditParams, entries};
pub(crate) use idempotency::{Keyed, digest, is_key};
pub(crate) use list_params::ListParams;
pub(crate) use openapi::shape;
pub(crate) use origin::origin;
pub(crate) use outcome::{Settled, make, only, updated};
pub(crate) use quick::task_of_line;
pub(crate) use refusal::{faults_problem, no_such_task, store_problem};
pub(crate) use task_name::TaskName;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, patch, post, put},
};
use todo_service_kit::{
    http::PublicOptions,
    limit::{Cost, charge},
};

use crate::{App, mcp};

/// What surrounds them: a model may take longer than anything else, and a little remains to answer after it.
pub(crate) fn options(app: &App) -> PublicOptions {
    let usual = PublicOptions::default();
    match &app.config.model {
        None => usual,
        Some(model) => PublicOptions { timeout: usual.timeout + model.timeout, ..usual },
    }
}

/// The routes of the public port. A group is charged one price; a path may have methods in several groups.
pub(crate) fn routes(app: &App) -> Router<App> {
    let priced = |routes: Router<App>, cost| {
        let state = (app.verifier.clone(), app.limiter.clone(), cost);
        routes.route_layer(from_fn_with_state(state, charge))
    };
    let light = Router::new()
        .route("/api/{user_id}/tasks/{id}", get(tasks::get_task))
        .route("/api/{user_id}/preview", post(quick::preview_line))
        .route("/api/{user_id}/settings", get(settings::get_settings));
    let normal = Router::new()
        .route("/api/{user_id}/tasks", get(tasks::list_tasks).post(tasks::create_task))
        .route("/api/{user_id}/tasks/quick", post(quick::quick_add))
        .route(
            "/api/{user_id}/tasks/{id}",
            patch(tasks::patch_task).put(tasks::replace_task).delete(tasks::delete_task),
        )
        .route("/api/{user_id}/tasks/{id}/complete", patch(tasks::complete_task))
        .route("/api/{user_id}/tasks/{id}/reopen", patch(tasks::reopen_task))
        .route("/api/{user_id}/tasks/{id}/restore", patch(tasks::restore_task))
        .route("/api/{user_id}/settings", put(settings::put_settings))
        .route("/api/{user_id}/audit", get(audit::list_entries))
        .route("/api/{user_id}/notifications", get(notifications::list_notifications))
        .route("/mcp", mcp::route(app))
        .route(
            "/api/{user_id}/notifications/preferences",
            get(preferences::get_preferences).put(preferences::put_preferences),
        );
    let heavy = Router::new().route("/api/{user_id}/tasks/bulk", post(bulk::change_tasks));
    let talk = Router::new().route("/api/{user_id}/chat", post(chat::send_message));
    let talk_cost = if app.config.model.is_some() { Cost::Heavy } else { Cost::Normal };
    priced(light, Cost::Light)
        .merge(priced(talk, talk_cost))
        .merge(priced(normal, Cost::Normal))
        .merge(priced(heavy, Cost::Heavy))
        .route("/auth/dev-login", post(dev_login::sign_in))
        .route("/config.json", get(page::get_config))
        .route("/openapi.json", get(openapi::get_document))
        .route("/asyncapi.json", get(openapi::get_events))
        .route("/docs", get(openapi::get_page))
        .route("/docs/docs.js", get(openapi::get_script))
        .route("/docs/docs.css", get(openapi::get_style))
        .route("/", get(page::get_index))
        .fallback(page::get_file)
}
