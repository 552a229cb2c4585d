//! What agents can do: the tools of MCP, and of the model that answers in the chat.
//!
//! One table holds their names, words, schemas and deeds, so that both ways offer the same. Schemas come from the description of
//! REST, refusals are its problems. Whose tasks they are says the origin, which is made from the token; no argument can.

mod add;
mod arguments;
mod change;
mod listing;
mod moment;
mod read;
pub(crate) mod refusal;
mod schema;
mod words;

pub(crate) use words::INSTRUCTIONS;

use serde_json::{Map, Value};
use todo_service_kit::Problem;

use crate::{App, domain::Origin, store::TaskDocument};

/// One tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tool {
    /// Makes a task from its fields.
    AddTask,
    /// Makes a task from a sentence.
    QuickAdd,
    /// Finds tasks.
    ListTasks,
    /// Reads a task.
    GetTask,
    /// Changes fields of a task.
    UpdateTask,
    /// Ticks a task off.
    CompleteTask,
    /// Opens a completed task again.
    ReopenTask,
    /// Deletes a task.
    DeleteTask,
    /// Brings a deleted task back.
    RestoreTask,
    /// Reads who changed what.
    GetHistory,
    /// Reads zone, language and habits, and what time it is.
    GetSettings,
}

/// What calling a tool can do to the tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Reads,
    /// There is one more.
    Adds,
    /// Its state flips, and can be flipped back.
    Flips,
    /// What it said before is overwritten.
    Overwrites,
    /// It is gone.
    Deletes,
}

/// What a call did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The tasks it is about.
    pub(crate) tasks: Vec<TaskDocument>,
    /// Whether this very call changed something.
    pub(crate) changed: bool,
    /// For the caller; always an object.
    pub(crate) json: Value,
}

/// Arguments as they come in.
pub(crate) type Arguments = Map<String, Value>;

impl Tool {
    /// All of them, in the order they are offered.
    pub(crate) const ALL: [Self; 11] = [
        Self::AddTask,
        Self::QuickAdd,
        Self::ListTasks,
        Self::GetTask,
        Self::UpdateTask,
        Self::CompleteTask,
        Self::ReopenTask,
        Self::DeleteTask,
        Self::RestoreTask,
        Self::GetHistory,
        Self::GetSettings,
    ];

    /// The tool of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// What it can do to the tasks.
    pub(crate) fn effect(self) -> Effect {
        match self {
            Self::ListTasks | Self::GetTask | Self::GetHistory | Self::GetSettings => Effect::Reads,
            Self::AddTask | Self::QuickAdd => Effect::Adds,
            Self::CompleteTask | Self::ReopenTask | Self::RestoreTask => Effect::Flips,
            Self::UpdateTask => Effect::Overwrites,
            Self::DeleteTask => Effect::Deletes,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What REST would answer: 422 with the arguments that break a rule, 404, 412, 503.
    pub(crate) async fn call(
        self,
        app: &App,
        origin: &Origin,
        arguments: Arguments,
    ) -> Result<Outcome, Problem> {
        match self {
            Self::AddTask => add::from_fields(app, origin, arguments).await,
            Self::QuickAdd => add::from_sentence(app, origin, arguments).await,
            Self::ListTasks => listing::list(app, &origin.user, arguments).await,
            Self::GetTask => read::task(app, &origin.user, arguments).await,
            Self::UpdateTask => change::fields(app, origin, arguments).await,
            Self::CompleteTask => change::complete(app, origin, arguments).await,
            Self::ReopenTask => change::reopen(app, origin, arguments).await,
            Self::DeleteTask => change::delete(app, origin, arguments).await,
            Self::RestoreTask => change::restore(app, origin, arguments).await,
            Self::GetHistory => read::history(app, &origin.user, arguments).await,
            Self::GetSettings => read::settings(app, &origin.user, arguments).await,
        }
    }
}
