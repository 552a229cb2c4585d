//! What became of a command, as the task that is answered or the problem that is told. REST and the tools of agents share it.

use todo_service_kit::Problem;

use super::{
    idempotency::key_reused,
    refusal::{fault_problem, no_such_task, revision_problem},
};
use crate::store::{BulkOutcome, BulkResult, CreateOutcome, TaskDocument, UpdateOutcome};

/// The task of a command, and whether this very command changed something.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    /// As it is now; of a deletion, as it was last.
    pub(crate) task: TaskDocument,
    /// Not so when it was like that already, or an earlier request with the same key did it.
    pub(crate) changed: bool,
}

/// Of a new task.
pub(crate) fn made(outcome: CreateOutcome) -> Result<Settled, Problem> {
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
