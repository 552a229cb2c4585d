//! What the chat answers, and what it wants to remember of it.

use serde::Serialize;
use todo_events::{Task, TaskNumber};

use super::conversation::{Pending, Undo};
use crate::domain::Tri;

/// What was done, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// Tasks were made.
    Added,
    /// Tasks are shown.
    Listed,
    /// Tasks were ticked off.
    Completed,
    /// Tasks were opened again.
    Reopened,
    /// Tasks were changed.
    Updated,
    /// Tasks were deleted.
    Deleted,
    /// A question waits for an answer; nothing was done yet.
    Confirm,
    /// An explanation.
    Help,
    /// The line was not understood.
    Unknown,
    /// Nothing was done.
    None,
}

/// A reply with what belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// For people.
    pub(crate) reply: String,
    /// The tasks it is about.
    pub(crate) tasks: Vec<Task>,
    /// What was done.
    pub(crate) action: Action,
    /// Lines that could follow.
    pub(crate) suggestions: Vec<String>,
    /// What the next line needs to know.
    pub(crate) remember: Remember,
}

/// Changes of the remembered thread. A question waits for the very next line only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remember {
    /// Tasks shown, in order, when some were.
    pub(super) listed: Option<Vec<TaskNumber>>,
    /// Tasks that "it" means from now on.
    pub(super) touched: Option<Vec<TaskNumber>>,
    /// The question that waits.
    pub(super) pending: Option<Pending>,
    /// How to take this back.
    pub(super) undo: Tri<Undo>,
}

impl Answer {
    pub(super) fn new(action: Action, reply: impl Into<String>) -> Self {
        Self {
            reply: reply.into(),
            tasks: Vec::new(),
            action,
            suggestions: Vec::new(),
            remember: Remember::default(),
        }
    }

    /// Nothing was done, for this reason.
    pub(super) fn nothing(reply: impl Into<String>) -> Self {
        Self::new(Action::None, reply)
    }

    /// Tasks that were changed: "it" means them.
    pub(super) fn touching(mut self, tasks: Vec<Task>) -> Self {
        self.remember.touched = Some(tasks.iter().map(|task| task.number).collect());
        self.tasks = tasks;
        self
    }

    /// Tasks that are shown: "the second one" counts in them, and "it" means a single one.
    pub(super) fn listing(mut self, tasks: Vec<Task>) -> Self {
        let numbers: Vec<_> = tasks.iter().map(|task| task.number).collect();
        self.remember.touched = Some(if numbers.len() == 1 { numbers.clone() } else { Vec::new() });
        self.remember.listed = Some(numbers);
        self.tasks = tasks;
        self
    }

    pub(super) fn asking(mut self, pending: Pending) -> Self {
        self.remember.pending = Some(pending);
        self
    }

    pub(super) fn undoable(mut self, undo: Tri<Undo>) -> Self {
        self.remember.undo = undo;
        self
    }

    pub(super) fn suggesting<S: Into<String>>(
        mut self,
        lines: impl IntoIterator<Item = S>,
    ) -> Self {
        self.suggestions = lines.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a sentence.
    pub(super) fn saying(mut self, more: &str) -> Self {
        if !more.is_empty() {
            self.reply.push(' ');
            self.reply.push_str(more);
        }
        self
    }
}
