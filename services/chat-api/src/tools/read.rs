//! Reading a task, the trail and the settings.

use chrono::SecondsFormat;
use serde::Deserialize;
use serde_json::json;
use todo_events::{TaskId, UserId};
use todo_service_kit::Problem;

use super::{
    Arguments, Outcome,
    arguments::{Named, read},
    listing::{renamed, resolve},
    moment::Moment,
};
use crate::{
    App,
    http::{AuditParams, TaskName, entries, no_such_task, store_problem},
    store::TaskRef,
};

pub(super) async fn task(
    app: &App,
    user: &UserId,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    let named: Named = read(arguments)?;
    let task = app.tasks.get(user, named.task()).await.map_err(store_problem)?;
    let task = task.ok_or_else(no_such_task)?;
    let json = json!({ "task": task });
    Ok(Outcome { tasks: vec![task], changed: false, json })
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Period {
    task: Option<TaskName>,
    from: Option<Moment>,
    to: Option<Moment>,
    limit: Option<u16>,
    cursor: Option<String>,
}

/// The user's part of the trail, newest first.
pub(super) async fn history(
    app: &App,
    user: &UserId,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    let Period { task, from, to, limit, cursor } = read(arguments)?;
    let [from, to] = resolve(app, user, [from, to]).await?;
    let task_id = match task {
        Some(TaskName(task)) => Some(id_of(app, user, task).await?),
        None => None,
    };
    let params = AuditParams { task_id, from, to, limit, cursor };
    let json = entries(app, user, params).await;
    let json =
        json.map_err(|problem| if problem.status() == 400 { renamed(problem) } else { problem })?;
    Ok(Outcome { tasks: vec![], changed: false, json })
}

/// A deleted task has a trail as well, and keeps its number.
async fn id_of(app: &App, user: &UserId, task: TaskRef) -> Result<TaskId, Problem> {
    match task {
        TaskRef::Id(id) => Ok(id),
        TaskRef::Number(number) => {
            let found = app.tasks.store().id_of(user, number).await.map_err(store_problem)?;
            found.ok_or_else(no_such_task)
        }
    }
}

/// The settings, and what time it is by them: an agent has no clock of its own.
pub(super) async fn settings(
    app: &App,
    user: &UserId,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    let Nothing {} = read(arguments)?;
    let settings = app.tasks.settings(user).await.map_err(store_problem)?;
    let now = app.tasks.clock().now();
    let local = settings.zone.local(now);
    let json = json!({
        "settings": settings,
        "now": now.to_rfc3339_opts(SecondsFormat::Secs, true),
        "local_time": local.format("%Y-%m-%dT%H:%M").to_string(),
        "weekday": local.format("%A").to_string(),
    });
    Ok(Outcome { tasks: vec![], changed: false, json })
}
