//! Changing what tasks say, and leaving an occurrence out.

use todo_events::Task;
use todo_language::{Changes, DueChange, describe_due};

use super::{
    answer::{Action, Answer},
    conversation::{Change, Undo},
    due, patch,
    talk::Talk,
    words,
};
use crate::{
    domain::{Patch, PatchInput, ResolvedDue, Tri},
    store::{StoreError, TaskRef, UpdateOutcome},
};

/// How often a task is read again because it changed meanwhile.
const TRIES: usize = 3;
/// Changed tasks that are remembered for "undo".
const MAX_REMEMBERED: usize = 50;

/// What became of a change.
pub(super) enum Changed {
    Yes(Box<Change>),
    /// It says this already.
    No(Box<Task>),
    /// It cannot be, for this reason.
    Refused(String),
}

impl Talk<'_> {
    /// Changes fields of tasks.
    pub(super) async fn update(
        &self,
        tasks: Vec<Task>,
        changes: &Changes,
    ) -> Result<Answer, StoreError> {
        if changes.is_empty() {
            return Ok(Answer::nothing("That changes nothing."));
        }
        let (mut changed, mut same) = (Vec::new(), Vec::new());
        for task in tasks {
            match self.write(task, |task| self.forward(task, changes)).await? {
                Changed::Yes(change) => changed.push(*change),
                Changed::No(task) => same.push(*task),
                Changed::Refused(reason) if changed.is_empty() => {
                    return Ok(Answer::nothing(reason));
                }
                Changed::Refused(reason) => return Ok(self.updated(changed, same).saying(&reason)),
            }
        }
        Ok(self.updated(changed, same))
    }

    /// Moves repeating tasks on to their next occurrence.
    pub(super) async fn skip(&self, tasks: Vec<Task>) -> Result<Answer, StoreError> {
        if let Some(task) = tasks.iter().find(|task| due::following(task, self.now).is_none()) {
            let title = words::quoted(&task.title);
            return Ok(Answer::nothing(match task.recurrence {
                None => format!("{title} does not repeat, so there is nothing to skip."),
                Some(_) => format!("{title} has no further occurrence; complete or delete it."),
            }));
        }
        let mut changed = Vec::new();
        for task in tasks {
            let forward = |task: &Task| {
                let due = due::following(task, self.now).map(DueChange::To);
                self.forward(task, &Changes { due, ..Changes::default() })
            };
            if let Changed::Yes(change) = self.write(task, forward).await? {
                changed.push(*change);
            }
        }
        Ok(self.updated(changed, Vec::new()))
    }

    /// Writes a change over the revision it was computed from; of one that changed meanwhile it is computed anew.
    pub(super) async fn write(
        &self,
        mut before: Task,
        forward: impl Fn(&Task) -> Result<PatchInput, String>,
    ) -> Result<Changed, StoreError> {
        let title = words::quoted(&before.title);
        for _ in 0..TRIES {
            let input = match forward(&before) {
                Ok(input) => input,
                Err(reason) => return Ok(Changed::Refused(reason)),
            };
            let patch = Patch::parse(input, self.now)?;
            let (task, revision) = (TaskRef::Id(before.id), [before.revision]);
            let tasks = &self.app.tasks;
            match tasks.update(task, Some(&revision), &patch, &self.origin).await? {
                UpdateOutcome::Updated(task, _) => {
                    return Ok(Changed::Yes(Box::new(Change { before, after: task.read()? })));
                }
                UpdateOutcome::Unchanged(task) => return Ok(Changed::No(Box::new(task.read()?))),
                UpdateOutcome::RevisionMismatch(task) => before = task.read()?,
                UpdateOutcome::NotFound => {
                    return Ok(Changed::Refused(format!("{title} is gone.")));
                }
                UpdateOutcome::RecurrenceWithoutDue => {
                    let reason = format!("{title} repeats, so it needs a date.");
                    return Ok(Changed::Refused(reason));
                }
                UpdateOutcome::ReminderWithoutDue => {
                    let reason = format!("{title} has no date to count back from; give it one.");
                    return Ok(Changed::Refused(reason));
                }
            }
        }
        Ok(Changed::Refused(format!("{title} keeps changing; please try again.")))
    }

    /// The fields that change, unless that would make the task overdue at once.
    fn forward(&self, task: &Task, changes: &Changes) -> Result<PatchInput, String> {
        let input = patch::forward(task, changes, self.zone(), self.now);
        match &input.due {
            Tri::Set(due) if ResolvedDue::new(due.clone(), self.zone()).due_at < self.now => {
                let (due, title) = (describe_due(due, &self.context()), words::quoted(&task.title));
                Err(format!("{due} is in the past, so I did not change {title}."))
            }
            Tri::Keep | Tri::Clear | Tri::Set(_) => Ok(input),
        }
    }

    pub(super) fn updated(&self, changed: Vec<Change>, same: Vec<Task>) -> Answer {
        if changed.is_empty() {
            let reply = format!("{} said that already.", words::named(&same));
            return Answer::nothing(reply).touching(same);
        }
        let tasks: Vec<_> = changed.iter().map(|change| change.after.clone()).collect();
        let reply = match &tasks[..] {
            [task] => format!("Updated: {}.", words::line(task, &self.voice())),
            tasks => {
                let lines = words::lines(tasks, false, &self.voice());
                format!("Updated {}:{lines}", words::count(tasks.len()))
            }
        };
        let answer = Answer::new(Action::Updated, reply).touching(tasks);
        if changed.len() > MAX_REMEMBERED {
            return answer.undoable(Tri::Clear);
        }
        answer.undoable(Tri::Set(Undo::Changed { changes: changed })).suggesting(["undo"])
    }
}
