//! Taking the last deed of the thread back.

use todo_events::{Task, TaskNumber};

use super::{
    answer::{Action, Answer},
    conversation::{Change, Undo},
    deed::Deed,
    find::Found,
    patch,
    status::split,
    talk::Talk,
    update::Changed,
    words,
};
use crate::{
    domain::Tri,
    store::{Selection, StatusChange, StoreError, TaskRef},
};

impl Talk<'_> {
    /// Takes the last deed back, once: saying "undo" again does not bring it back. What was added is
    /// deleted, so that asks first.
    pub(super) async fn undo(&self) -> Result<Answer, StoreError> {
        let Some(undo) = self.thread.undo.clone() else {
            return Ok(Answer::nothing("There is nothing more here to undo."));
        };
        let answer = match undo {
            Undo::Added { tasks } => return self.take_out(&tasks).await,
            Undo::Completed { tasks } => self.flip(&tasks, StatusChange::Reopen).await,
            Undo::Reopened { tasks } => self.flip(&tasks, StatusChange::Complete).await,
            Undo::Deleted { tasks } => self.bring_back(&tasks).await,
            Undo::Changed { changes } => self.change_back(changes).await,
        }?;
        Ok(answer.undoable(Tri::Clear).suggesting(["show my tasks"]))
    }

    async fn take_out(&self, numbers: &[TaskNumber]) -> Result<Answer, StoreError> {
        match self.numbered(numbers).await? {
            Found::Nothing(reason) => Ok(Answer::nothing(reason).undoable(Tri::Clear)),
            Found::Named(tasks) | Found::Gathered(tasks) | Found::OneOf(tasks) => {
                let mut answer = self.ask_whether(&Deed::Delete, tasks);
                if let Some(pending) = &mut answer.remember.pending {
                    // What is read again on "yes" must say what is meant now; every language knows these words.
                    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                    pending.line = format!("delete task {}", numbers.join(", "));
                }
                Ok(answer)
            }
        }
    }

    async fn flip(
        &self,
        numbers: &[TaskNumber],
        change: StatusChange,
    ) -> Result<Answer, StoreError> {
        match self.numbered(numbers).await? {
            Found::Nothing(reason) => Ok(Answer::nothing(reason).undoable(Tri::Clear)),
            Found::Named(tasks) | Found::Gathered(tasks) | Found::OneOf(tasks) => {
                let repeats = tasks.iter().any(|task| task.recurrence.is_some());
                let answer = self.change_status(&tasks, change).await?;
                let repeats = repeats && change == StatusChange::Reopen;
                Ok(answer.saying(if repeats {
                    "A next occurrence goes as well, unless somebody has changed it."
                } else {
                    ""
                }))
            }
        }
    }

    /// Brings deleted tasks back as they were. Saying "undo" twice brings them back once.
    async fn bring_back(&self, gone: &[TaskNumber]) -> Result<Answer, StoreError> {
        let tasks = gone.iter().map(|number| TaskRef::Number(*number)).collect();
        let selection = Selection { tasks, revisions: None };
        let outcome = self.app.tasks.restore(&selection, &self.origin).await?;
        let (mut restored, there) = split(&outcome)?;
        restored.extend(there);
        if restored.is_empty() {
            let reply = "That was deleted too long ago to be brought back.";
            return Ok(Answer::nothing(reply).undoable(Tri::Clear));
        }
        let lines = words::lines(&restored, false, &self.voice());
        let reply = format!("Restored {}:{lines}", words::count(restored.len()));
        Ok(Answer::new(Action::Added, reply).touching(restored))
    }

    async fn change_back(&self, changes: Vec<Change>) -> Result<Answer, StoreError> {
        let (mut changed, mut reasons) = (Vec::new(), Vec::new());
        for Change { before, after } in changes {
            let back = |current: &Task| {
                if current.revision == after.revision {
                    return Ok(patch::back(&before, &after, self.now));
                }
                let title = words::quoted(&current.title);
                Err(format!("{title} was changed since, so I left it as it is."))
            };
            match self.write(after.clone(), back).await? {
                Changed::Yes(change) => changed.push(*change),
                Changed::No(_) => {}
                Changed::Refused(reason) => reasons.push(reason),
            }
        }
        if changed.is_empty() {
            let reply = if reasons.is_empty() {
                "It is as it was already.".to_owned()
            } else {
                reasons.join(" ")
            };
            return Ok(Answer::nothing(reply).undoable(Tri::Clear));
        }
        Ok(self.updated(changed, Vec::new()).saying(&reasons.join(" ")))
    }
}
