//! Tasks: make, list, read, change, delete.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use todo_events::{Actor, Sequence, UserId};
use todo_service_kit::{
    Owner, Problem,
    extract::{Json, Query},
};

use super::{
    answer::{created, found, unchanged},
    idempotency::Keyed,
    list_params::ListParams,
    origin::origin,
    outcome::{Settled, make, only, updated},
    preconditions::{IfMatch, IfNoneMatch, etag},
    refusal::{faults_problem, no_such_task, store_problem},
    task_name::TaskName,
};
use crate::{
    App,
    domain::{NewTask, Patch, PatchInput, TaskInput},
    store::{Selection, StatusChange, TaskDocument},
};

/// A page of tasks.
#[derive(Debug, Serialize)]
pub(crate) struct TaskListing {
    tasks: Vec<TaskDocument>,
    next_cursor: Option<String>,
    sequence: Sequence,
}

/// `POST /api/{user_id}/tasks`
pub(crate) async fn create_task(
    State(app): State<App>,
    Owner(user): Owner,
    Keyed { key, input }: Keyed<TaskInput>,
) -> Result<Response, Problem> {
    let task = NewTask::parse(input, app.tasks.clock().now()).map_err(faults_problem);
    let origin = origin(user, Actor::Api);
    let Settled { task, changed } = make(&app, &origin, task, key.as_ref()).await?;
    created(&origin.user, &task, !changed)
}

/// `GET /api/{user_id}/tasks`
pub(crate) async fn list_tasks(
    State(app): State<App>,
    Owner(user): Owner,
    Query(params): Query<ListParams>,
) -> Result<Json<TaskListing>, Problem> {
    let query = params.into_query(&user, app.tasks.clock().now())?;
    let page = app.tasks.list(&user, &query).await.map_err(store_problem)?;
    let (tasks, next_cursor, sequence) = (page.tasks, page.next_cursor, page.sequence);
    Ok(Json(TaskListing { tasks, next_cursor, sequence }))
}

/// `GET /api/{user_id}/tasks/{id}`
pub(crate) async fn get_task(
    State(app): State<App>,
    Owner(user): Owner,
    TaskName(task): TaskName,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let task = app.tasks.get(&user, task).await.map_err(store_problem)?;
    let task = task.ok_or_else(no_such_task)?;
    let (_, _, revision) = task.head().map_err(Problem::internal)?;
    if known.has(revision) { Ok(unchanged(etag(revision))) } else { found(&task) }
}

/// `PUT /api/{user_id}/tasks/{id}`
pub(crate) async fn replace_task(
    State(app): State<App>,
    Owner(user): Owner,
    name: TaskName,
    condition: IfMatch,
    Json(input): Json<TaskInput>,
) -> Result<Response, Problem> {
    update(&app, user, name, condition, Patch::whole(input)).await
}

/// `PATCH /api/{user_id}/tasks/{id}`
pub(crate) async fn patch_task(
    State(app): State<App>,
    Owner(user): Owner,
    name: TaskName,
    condition: IfMatch,
    Json(input): Json<PatchInput>,
) -> Result<Response, Problem> {
    update(&app, user, name, condition, input).await
}

async fn update(
    app: &App,
    user: UserId,
    TaskName(task): TaskName,
    IfMatch(revisions): IfMatch,
    input: PatchInput,
) -> Result<Response, Problem> {
    let patch = Patch::parse(input, app.tasks.clock().now()).map_err(faults_problem)?;
    let origin = origin(user, Actor::Api);
    let outcome = app.tasks.update(task, revisions.as_deref(), &patch, &origin).await;
    found(&updated(outcome.map_err(store_problem)?)?.task)
}

/// `DELETE /api/{user_id}/tasks/{id}`
pub(crate) async fn delete_task(
    State(app): State<App>,
    Owner(user): Owner,
    TaskName(task): TaskName,
    IfMatch(revisions): IfMatch,
) -> Result<Response, Problem> {
    let selection = Selection { tasks: vec![task], revisions };
    let outcome = app.tasks.delete(&selection, &origin(user, Actor::Api)).await;
    only(outcome.map_err(store_problem)?)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `PATCH /api/{user_id}/tasks/{id}/complete`
pub(crate) async fn complete_task(
    State(app): State<App>,
    Owner(user): Owner,
    name: TaskName,
    condition: IfMatch,
) -> Result<Response, Problem> {
    set_status(&app, user, name, condition, StatusChange::Complete).await
}

/// `PATCH /api/{user_id}/tasks/{id}/reopen`
pub(crate) async fn reopen_task(
    State(app): State<App>,
    Owner(user): Owner,
    name: TaskName,
    condition: IfMatch,
) -> Result<Response, Problem> {
    set_status(&app, user, name, condition, StatusChange::Reopen).await
}

/// `PATCH /api/{user_id}/tasks/{id}/restore`
pub(crate) async fn restore_task(
    State(app): State<App>,
    Owner(user): Owner,
    TaskName(task): TaskName,
) -> Result<Response, Problem> {
    let outcome = app.tasks.restore(&Selection::one(task), &origin(user, Actor::Api)).await;
    found(&only(outcome.map_err(store_problem)?)?.task)
}

async fn set_status(
    app: &App,
    user: UserId,
    TaskName(task): TaskName,
    IfMatch(revisions): IfMatch,
    change: StatusChange,
) -> Result<Response, Problem> {
    let selection = Selection { tasks: vec![task], revisions };
    let outcome = app.tasks.change_status(&selection, change, &origin(user, Actor::Api)).await;
    found(&only(outcome.map_err(store_problem)?)?.task)
}
