//! Changes of one task.

use serde_json::json;
use todo_service_kit::Problem;

use super::{
    Arguments, Outcome,
    arguments::{Named, read, take},
};
use crate::{
    App,
    domain::{Origin, Patch, PatchInput},
    http::{Settled, faults_problem, only, store_problem, updated},
    store::{Selection, StatusChange},
};

/// Absent stays, null clears, a value replaces.
pub(super) async fn fields(
    app: &App,
    origin: &Origin,
    mut arguments: Arguments,
) -> Result<Outcome, Problem> {
    let named: Named = read(take(&mut arguments, &["task", "if_revision"]))?;
    let input: PatchInput = read(arguments)?;
    let patch = Patch::parse(input, app.tasks.clock().now()).map_err(faults_problem)?;
    let revisions = named.revisions();
    let outcome = app.tasks.update(named.task(), revisions.as_deref(), &patch, origin).await;
    updated(outcome.map_err(store_problem)?).map(shown)
}

pub(super) async fn complete(
    app: &App,
    origin: &Origin,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    set_status(app, origin, arguments, StatusChange::Complete).await
}

pub(super) async fn reopen(
    app: &App,
    origin: &Origin,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    set_status(app, origin, arguments, StatusChange::Reopen).await
}

async fn set_status(
    app: &App,
    origin: &Origin,
    arguments: Arguments,
    change: StatusChange,
) -> Result<Outcome, Problem> {
    let named: Named = read(arguments)?;
    let outcome = app.tasks.change_status(&named.selection(), change, origin).await;
    only(outcome.map_err(store_problem)?).map(shown)
}

pub(super) async fn delete(
    app: &App,
    origin: &Origin,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    let named: Named = read(arguments)?;
    let outcome = app.tasks.delete(&named.selection(), origin).await;
    let Settled { task, changed } = only(outcome.map_err(store_problem)?)?;
    let json = json!({ "deleted": task });
    Ok(Outcome { tasks: vec![task], changed, json })
}

pub(super) async fn restore(
    app: &App,
    origin: &Origin,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    let named: Named = read(arguments)?;
    let outcome = app.tasks.restore(&Selection::one(named.task()), origin).await;
    only(outcome.map_err(store_problem)?).map(shown)
}

fn shown(Settled { task, changed }: Settled) -> Outcome {
    let json = json!({ "task": task, "changed": changed });
    Outcome { tasks: vec![task], changed, json }
}
