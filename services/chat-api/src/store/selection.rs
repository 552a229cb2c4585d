//! Which tasks a command is about.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use todo_events::{Revision, TaskId, TaskNumber};
use uuid::Uuid;

use super::fields::stamp;
use crate::domain::Origin;

/// How a request names a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskRef {
    /// By id.
    Id(TaskId),
    /// By the number that people use.
    Number(TaskNumber),
}

impl TaskRef {
    pub(super) fn id(self) -> Option<TaskId> {
        match self {
            Self::Id(id) => Some(id),
            Self::Number(_) => None,
        }
    }

    pub(super) fn number(self) -> Option<TaskNumber> {
        match self {
            Self::Id(_) => None,
            Self::Number(number) => Some(number),
        }
    }
}

/// Some tasks of one user, and the revisions they must be at, if that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Which.
    pub tasks: Vec<TaskRef>,
    /// `If-Match`: any of these revisions; `None` for whatever they are at.
    pub revisions: Option<Vec<Revision>>,
}

impl Selection {
    /// One task at whatever revision.
    pub fn one(task: TaskRef) -> Self {
        Self { tasks: vec![task], revisions: None }
    }

    /// The input of a statement, with a command id of its own: run twice, the statement finds its own work.
    pub(super) fn input(&self, origin: &Origin, now: DateTime<Utc>) -> Value {
        let mut input = json!({
            "command_id": Uuid::now_v7(),
            "ids": self.tasks.iter().filter_map(|task| task.id()).collect::<Vec<_>>(),
            "numbers": self.tasks.iter().filter_map(|task| task.number()).collect::<Vec<_>>(),
            "revisions": self.revisions,
        });
        stamp(&mut input, origin, now);
        input
    }
}
