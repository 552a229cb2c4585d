//! `POST /api/{user_id}/tasks/bulk`: many tasks in one statement, with a result for each.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use todo_events::{Actor, TaskId};
use todo_service_kit::{Owner, Problem, extract::Json};

use super::{
    origin::origin,
    refusal::{fault_problem, store_problem},
    task_name::TaskName,
};
use crate::{
    App,
    store::{BulkOutcome, BulkResult, Selection, StatusChange, TaskDocument, TaskRef},
};

/// Most tasks in one request.
const MAX_IDS: usize = 200;

/// What to do with which tasks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkRequest {
    action: BulkAction,
    /// Ids or numbers, 1 to 200 of them.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 200)]
    ids: Vec<TaskName>,
}

/// What can be done with many tasks at once.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum BulkAction {
    /// They are done.
    Complete,
    /// They are not done after all.
    Reopen,
    /// They go.
    Delete,
    /// They come back, within 30 days of their deletion.
    Restore,
}

/// One result for each name, in the order of the request.
#[derive(Debug, Serialize)]
pub(crate) struct BulkAnswer {
    results: Vec<BulkItem>,
}

/// What became of one task.
#[derive(Debug, Serialize)]
struct BulkItem {
    id: ItemId,
    status: ItemStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskDocument>,
}

/// The task's id; the number it was asked for by when there is no such task.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ItemId {
    Id(TaskId),
    Number(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ItemStatus {
    /// It is done.
    Done,
    /// It was so already.
    Unchanged,
    /// You have no such task.
    NotFound,
}

/// `POST /api/{user_id}/tasks/bulk`
pub(crate) async fn change_tasks(
    State(app): State<App>,
    Owner(user): Owner,
    Json(request): Json<BulkRequest>,
) -> Result<Json<BulkAnswer>, Problem> {
    if request.ids.is_empty() || request.ids.len() > MAX_IDS {
        return Err(fault_problem("/ids", "must name 1 to 200 tasks"));
    }
    let names: Vec<TaskRef> = request.ids.iter().map(|TaskName(name)| *name).collect();
    let selection = Selection { tasks: names, revisions: None };
    let origin = origin(user, Actor::Api);
    let outcome = match request.action {
        BulkAction::Complete => {
            app.tasks.change_status(&selection, StatusChange::Complete, &origin).await
        }
        BulkAction::Reopen => {
            app.tasks.change_status(&selection, StatusChange::Reopen, &origin).await
        }
        BulkAction::Delete => app.tasks.delete(&selection, &origin).await,
        BulkAction::Restore => app.tasks.restore(&selection, &origin).await,
    };
    let results = itemised(&selection.tasks, outcome.map_err(store_problem)?)?;
    Ok(Json(BulkAnswer { results }))
}

fn itemised(names: &[TaskRef], outcome: BulkOutcome) -> Result<Vec<BulkItem>, Problem> {
    let heads = outcome.results.into_iter().map(|(result, task)| Ok((task.head()?, result, task)));
    let found: Vec<_> =
        heads.collect::<Result<_, serde_json::Error>>().map_err(Problem::internal)?;
    let item = |name: &TaskRef| {
        let named = found.iter().find(|((id, number, _), ..)| match name {
            TaskRef::Id(wanted) => wanted == id,
            TaskRef::Number(wanted) => wanted == number,
        });
        match named {
            Some(((id, ..), result, task)) => {
                BulkItem { id: ItemId::Id(*id), status: status(*result), task: Some(task.clone()) }
            }
            None => BulkItem { id: ItemId::asked(name), status: ItemStatus::NotFound, task: None },
        }
    };
    Ok(names.iter().map(item).collect())
}

fn status(result: BulkResult) -> ItemStatus {
    match result {
        BulkResult::Done => ItemStatus::Done,
        // No revision is asked for here, so none can differ.
        BulkResult::Unchanged | BulkResult::RevisionMismatch => ItemStatus::Unchanged,
    }
}

impl ItemId {
    fn asked(name: &TaskRef) -> Self {
        match name {
            TaskRef::Id(id) => Self::Id(*id),
            TaskRef::Number(number) => Self::Number(number.0),
        }
    }
}
