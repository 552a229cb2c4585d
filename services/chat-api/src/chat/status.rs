//! Ticking off, opening again, deleting.

use todo_events::Task;

use super::{
    answer::{Action, Answer},
    conversation::Undo,
    talk::Talk,
    words,
};
use crate::{
    domain::Tri,
    store::{BulkOutcome, BulkResult, Selection, StatusChange, StoreError, TaskRef},
};

fn selection(tasks: &[Task]) -> Selection {
    let tasks = tasks.iter().map(|task| TaskRef::Id(task.id)).collect();
    Selection { tasks, revisions: None }
}

/// The tasks that changed, and those that were so already.
pub(super) fn split(outcome: &BulkOutcome) -> Result<(Vec<Task>, Vec<Task>), StoreError> {
    let (mut done, mut unchanged) = (Vec::new(), Vec::new());
    for (result, document) in &outcome.results {
        match result {
            BulkResult::Done => done.push(document.read()?),
            BulkResult::Unchanged | BulkResult::RevisionMismatch => {
                unchanged.push(document.read()?);
            }
        }
    }
    Ok((done, unchanged))
}

impl Talk<'_> {
    /// Completes or reopens tasks.
    pub(super) async fn change_status(
        &self,
        tasks: &[Task],
        change: StatusChange,
    ) -> Result<Answer, StoreError> {
        let outcome = self.app.tasks.change_status(&selection(tasks), change, &self.origin).await?;
        let (done, unchanged) = split(&outcome)?;
        Ok(status_answer(done, unchanged, change))
    }

    /// Deletes tasks. The caller has asked.
    pub(super) async fn delete(&self, tasks: &[Task]) -> Result<Answer, StoreError> {
        let outcome = self.app.tasks.delete(&selection(tasks), &self.origin).await?;
        let (gone, _) = split(&outcome)?;
        Ok(deleted_answer(gone))
    }
}

fn status_answer(done: Vec<Task>, unchanged: Vec<Task>, change: StatusChange) -> Answer {
    let (word, state, action) = match change {
        StatusChange::Complete => ("Completed", "completed", Action::Completed),
        StatusChange::Reopen => ("Reopened", "open", Action::Reopened),
    };
    let already = match unchanged.len() {
        0 => String::new(),
        1 => format!("{} was {state} already.", words::named(&unchanged)),
        _ => format!("{} were {state} already.", words::named(&unchanged)),
    };
    if done.is_empty() {
        let reply = if already.is_empty() { "That task is gone.".to_owned() } else { already };
        return Answer::nothing(reply).touching(unchanged);
    }
    let numbers = done.iter().map(|task| task.number).collect();
    let undo = match change {
        StatusChange::Complete => Undo::Completed { tasks: numbers },
        StatusChange::Reopen => Undo::Reopened { tasks: numbers },
    };
    Answer::new(action, format!("{word} {}.", words::named(&done)))
        .touching(done)
        .undoable(Tri::Set(undo))
        .suggesting(["undo"])
        .saying(&already)
}

fn deleted_answer(gone: Vec<Task>) -> Answer {
    if gone.is_empty() {
        return Answer::nothing("It was gone already.");
    }
    let reply = format!("Deleted {}.", words::named(&gone));
    let numbers = gone.iter().map(|task| task.number).collect();
    let mut answer = Answer::new(Action::Deleted, reply).touching(Vec::new());
    answer.tasks = gone;
    answer.undoable(Tri::Set(Undo::Deleted { tasks: numbers })).suggesting(["undo"])
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use todo_events::TaskNumber;

    use super::*;
    use crate::chat::words::tests::task;

    #[test]
    fn what_was_so_already_is_said() {
        let (mom, milk) = (task(1, "Call mom", Value::Null), task(2, "Buy milk", Value::Null));
        let answer = status_answer(vec![mom], vec![milk.clone()], StatusChange::Complete);
        assert_eq!(answer.reply, "Completed “Call mom”. “Buy milk” was completed already.");
        assert_eq!((answer.action, answer.tasks.len()), (Action::Completed, 1));
        let answer = status_answer(vec![], vec![milk], StatusChange::Reopen);
        assert_eq!(answer.reply, "“Buy milk” was open already.");
        assert_eq!((answer.action, &answer.remember.undo), (Action::None, &Tri::Keep));
    }

    #[test]
    fn deleted_tasks_are_remembered_by_number() {
        let answer = deleted_answer(vec![task(1, "Call mom", Value::Null)]);
        assert_eq!(answer.reply, "Deleted “Call mom”.");
        let undo = Undo::Deleted { tasks: vec![TaskNumber(1)] };
        assert_eq!(answer.remember.undo, Tri::Set(undo));
    }
}
