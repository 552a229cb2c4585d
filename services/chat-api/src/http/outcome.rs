//! What became of a command, as the task that is answered or the problem that is told. REST and the tools of agents share it.

use axum::http::StatusCode;
use todo_service_kit::Problem;

use super::{
    idempotency::key_reused,
    refusal::{fault_problem, no_such_task, revision_problem, store_problem},
};
use crate::{
    App,
    domain::{NewTask, Origin},
    store::{BulkOutcome, BulkResult, CreateOutcome, IdempotencyKey, TaskDocument, UpdateOutcome},
};

/// The task of a command, and whether this very command changed something.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    /// As it is now; of a deletion, as it was last.
    pub(crate) task: TaskDocument,
    /// Not so when it was like that already, or an earlier request with the same key did it.
    pub(crate) changed: bool,
}

/// Makes a task. A request that came before under its key is answered as it was then, also when it breaks a rule by now:
/// a reminder may have come meanwhile.
pub(crate) async fn make(
    app: &App,
    origin: &Origin,
    task: Result<NewTask, Problem>,
    key: Option<&IdempotencyKey>,
) -> Result<Settled, Problem> {
    let refusal = match create(app, origin, task, key).await {
        Ok(settled) => return Ok(settled),
        Err(problem) => problem,
    };
    let Some(key) = key.filter(|_| refusal.status() == StatusCode::UNPROCESSABLE_ENTITY) else {
        return Err(refusal);
    };
    let known = app.tasks.store().made_under(&origin.user, key).await.map_err(store_problem)?;
    known.map_or(Err(refusal), made)
}

async fn create(
    app: &App,
    origin: &Origin,
    task: Result<NewTask, Problem>,
    key: Option<&IdempotencyKey>,
) -> Result<Settled, Problem> {
    made(app.tasks.create(&task?, origin, key).await.map_err(store_problem)?)
}

fn made(outcome: CreateOutcome) -> Result<Settled, Problem> {
    match outcome {
        CreateOutcome::Created(task, _) => Ok(Settled { task, changed: true }),
        CreateOutcome::Replayed(task) => Ok(Settled { task, changed: false }),
        CreateOutcome::KeyReused => Err(key_reused()),
    }
}

/// Of a change of fields.
pub(crate) fn updated(outcome: UpdateOutcome) -> Result<Settled, Problem> {
    match outcome {
        UpdateOutcome::Updated(task, _) => Ok(Settled { task, changed: true }),
        UpdateOutcome::Unchanged(task) => Ok(Settled { task, changed: false }),
        UpdateOutcome::NotFound => Err(no_such_task()),
        UpdateOutcome::RevisionMismatch(current) => Err(revision_problem(&current)),
        UpdateOutcome::RecurrenceWithoutDue => {
            Err(fault_problem("/recurrence", "needs a due to start from, and the task has none"))
        }
        UpdateOutcome::ReminderWithoutDue => {
            Err(fault_problem("/reminders", "counts back from a due, and the task has none"))
        }
    }
}

/// Of the one task that was selected.
pub(crate) fn only(outcome: BulkOutcome) -> Result<Settled, Problem> {
    match outcome.results.into_iter().next() {
        Some((BulkResult::Done, task)) => Ok(Settled { task, changed: true }),
        Some((BulkResult::Unchanged, task)) => Ok(Settled { task, changed: false }),
        Some((BulkResult::RevisionMismatch, current)) => Err(revision_problem(&current)),
        None => Err(no_such_task()),
    }
}
