//! What a model did for one line, as the answer and the memory of the thread know it.

use todo_events::Task;

use crate::{
    chat::{
        answer::{Action, Answer},
        conversation::{Change, Undo},
        words,
    },
    domain::Tri,
    tools::Tool,
};

/// Tasks in one answer.
const MAX_TASKS: usize = 50;

/// One change that a tool made.
#[derive(Debug, Clone)]
enum Done {
    Added(Task),
    Completed(Task),
    Reopened(Task),
    Changed(Box<Change>),
}

impl Done {
    fn task(&self) -> &Task {
        match self {
            Self::Added(task) | Self::Completed(task) | Self::Reopened(task) => task,
            Self::Changed(change) => &change.after,
        }
    }

    fn action(&self) -> Action {
        match self {
            Self::Added(_) => Action::Added,
            Self::Completed(_) => Action::Completed,
            Self::Reopened(_) => Action::Reopened,
            Self::Changed(_) => Action::Updated,
        }
    }
}

/// Everything that was done, in order, and what was looked at last.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    done: Vec<Done>,
    shown: Vec<Task>,
}

impl Deeds {
    /// Whether there is something that must not happen twice.
    pub(super) fn has_acted(&self) -> bool {
        !self.done.is_empty()
    }

    /// Takes in what a call did.
    pub(super) fn note(
        &mut self,
        tool: Tool,
        tasks: Vec<Task>,
        changed: bool,
        before: Option<Task>,
    ) {
        match tool {
            Tool::ListTasks => self.shown = tasks,
            Tool::GetTask => {
                for task in tasks {
                    self.shown.retain(|other| other.id != task.id);
                    self.shown.push(task);
                }
            }
            // A task that is back is one more, and taking that back deletes it again.
            Tool::AddTask | Tool::QuickAdd | Tool::RestoreTask if changed => {
                self.done.extend(tasks.into_iter().map(Done::Added));
            }
            Tool::CompleteTask if changed => {
                self.done.extend(tasks.into_iter().map(Done::Completed));
            }
            Tool::ReopenTask if changed => {
                self.done.extend(tasks.into_iter().map(Done::Reopened));
            }
            Tool::UpdateTask if changed => {
                let changes = before.into_iter().zip(tasks);
                let change = |(before, after)| Done::Changed(Box::new(Change { before, after }));
                self.done.extend(changes.map(change));
            }
            Tool::AddTask
            | Tool::QuickAdd
            | Tool::CompleteTask
            | Tool::ReopenTask
            | Tool::UpdateTask
            | Tool::DeleteTask
            | Tool::RestoreTask
            | Tool::GetHistory
            | Tool::GetSettings => {}
        }
    }

    /// The answer with the tasks it is about, and what the thread is to remember.
    pub(super) fn answer(&self, reply: String) -> Answer {
        let Some(last) = self.done.last() else {
            if self.shown.is_empty() {
                return Answer::nothing(reply);
            }
            let shown = self.shown.iter().take(MAX_TASKS).cloned().collect();
            return Answer::new(Action::Listed, reply).listing(shown);
        };
        let mut tasks: Vec<Task> = Vec::new();
        for done in &self.done {
            tasks.retain(|other| other.id != done.task().id);
            tasks.push(done.task().clone());
        }
        let last_run = self.last_run();
        let note = if last_run.len() < self.done.len() {
            "(“undo” takes back only the last of this.)"
        } else {
            ""
        };
        Answer::new(last.action(), reply)
            .touching(tasks)
            .undoable(undo(last_run).map_or(Tri::Clear, Tri::Set))
            .suggesting(["undo"])
            .saying(note)
    }

    /// "Added “Buy milk”. Completed “Call mom”."
    pub(super) fn summary(&self) -> String {
        let runs = self.done.chunk_by(|one, other| one.action() == other.action());
        let sentence = |run: &[Done]| {
            let verb = match run.first() {
                Some(Done::Added(_)) => "Added",
                Some(Done::Completed(_)) => "Completed",
                Some(Done::Reopened(_)) => "Reopened",
                Some(Done::Changed(_)) | None => "Updated",
            };
            let tasks: Vec<_> = run.iter().map(|done| done.task().clone()).collect();
            format!("{verb} {}.", words::named(&tasks))
        };
        runs.map(sentence).collect::<Vec<_>>().join(" ")
    }

    /// The last changes of one kind: "undo" knows one kind at a time.
    fn last_run(&self) -> &[Done] {
        self.done.chunk_by(|one, other| one.action() == other.action()).next_back().unwrap_or(&[])
    }
}

fn undo(run: &[Done]) -> Option<Undo> {
    let tasks = run.iter().map(|done| done.task().number).collect();
    Some(match run.first()? {
        Done::Added(_) => Undo::Added { tasks },
        Done::Completed(_) => Undo::Completed { tasks },
        Done::Reopened(_) => Undo::Reopened { tasks },
        Done::Changed(_) => Undo::Changed { changes: merged(run) },
    })
}

/// One change for each task, from what it was first to what it is now.
fn merged(run: &[Done]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for done in run {
        let Done::Changed(change) = done else { continue };
        match changes.iter_mut().find(|known| known.after.id == change.after.id) {
            Some(known) => known.after = change.after.clone(),
            None => changes.push((**change).clone()),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::chat::words::tests::task;

    #[test]
    fn the_last_kind_of_deed_can_be_undone() {
        let mut deeds = Deeds::default();
        let (milk, mom) = (task(1, "Buy milk", Value::Null), task(2, "Call mom", Value::Null));
        deeds.note(Tool::AddTask, vec![milk.clone()], true, None);
        let answer = deeds.answer("Added.".into());
        assert_eq!((answer.action, answer.reply.as_str()), (Action::Added, "Added."));
        assert_eq!(answer.remember.undo, Tri::Set(Undo::Added { tasks: vec![milk.number] }));
        deeds.note(Tool::CompleteTask, vec![mom.clone()], true, None);
        deeds.note(Tool::CompleteTask, vec![milk], false, None);
        let answer = deeds.answer("Done.".into());
        assert_eq!(answer.remember.undo, Tri::Set(Undo::Completed { tasks: vec![mom.number] }));
        assert!(answer.reply.contains("only the last"), "{}", answer.reply);
        assert_eq!(deeds.summary(), "Added “Buy milk”. Completed “Call mom”.");
    }

    #[test]
    fn changes_of_one_task_are_one_change() {
        let [first, mut second, mut third] = [1, 1, 1].map(|n| task(n, "x", Value::Null));
        (second.title, third.title) = ("y".into(), "z".into());
        let mut deeds = Deeds::default();
        deeds.note(Tool::UpdateTask, vec![second.clone()], true, Some(first.clone()));
        deeds.note(Tool::UpdateTask, vec![third.clone()], true, Some(second));
        let changes = vec![Change { before: first, after: third }];
        assert_eq!(deeds.answer(String::new()).remember.undo, Tri::Set(Undo::Changed { changes }));
    }

    #[test]
    fn what_was_only_looked_at_is_listed() {
        let mut deeds = Deeds::default();
        assert_eq!(deeds.answer("Hello.".into()).action, Action::None);
        deeds.note(Tool::ListTasks, vec![task(1, "x", Value::Null)], false, None);
        let answer = deeds.answer("One.".into());
        assert_eq!((answer.action, answer.tasks.len()), (Action::Listed, 1));
        assert!(!deeds.has_acted());
    }
}
