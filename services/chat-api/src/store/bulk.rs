//! Ticking off, opening again, deleting and bringing back, of one task or of many.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use todo_events::TaskId;

use super::{
    OutboxItem, Selection, StoreError, TaskDocument, TaskStore,
    statement::{CHANGE_STATUS, DELETE_TASKS, RESTORE_TASKS},
};
use crate::domain::Origin;

/// Complete or reopen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusChange {
    /// It is done.
    Complete,
    /// It is not done after all.
    Reopen,
}

/// What became of one of several tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkResult {
    /// It is done.
    Done,
    /// It was so already.
    Unchanged,
    /// The task is at another revision than `If-Match` says.
    RevisionMismatch,
}

/// What became of several tasks; one that is not in `results` was not found.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Answer")]
pub struct BulkOutcome {
    /// By number.
    pub results: Vec<(BulkResult, TaskDocument)>,
    /// Next occurrences of reopened tasks, as they were made.
    pub followers: Vec<TaskId>,
    /// What follows.
    pub outbox: Vec<OutboxItem>,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Row>,
    #[serde(default)]
    followers: Vec<TaskId>,
    outbox: Vec<OutboxItem>,
}

#[derive(Deserialize)]
struct Row {
    outcome: BulkResult,
    task: TaskDocument,
}

impl From<Answer> for BulkOutcome {
    fn from(answer: Answer) -> Self {
        let results = answer.results.into_iter().map(|row| (row.outcome, row.task)).collect();
        Self { results, followers: answer.followers, outbox: answer.outbox }
    }
}

impl TaskStore {
    /// Completes or reopens some tasks.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn change_status(
        &self,
        selection: &Selection,
        change: StatusChange,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<BulkOutcome, StoreError> {
        let mut input = selection.input(origin, now);
        input["complete"] = json!(change == StatusChange::Complete);
        Ok(self.sql.run(&CHANGE_STATUS, &[&input.to_string()]).await?)
    }

    /// Deletes some tasks. They can be brought back until [`TaskStore::forget`] forgets them.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn delete(
        &self,
        selection: &Selection,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<BulkOutcome, StoreError> {
        let input = selection.input(origin, now).to_string();
        Ok(self.sql.run(&DELETE_TASKS, &[&input]).await?)
    }

    /// Brings back some deleted tasks, at whatever revision, with the ids and numbers they had.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn restore(
        &self,
        selection: &Selection,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<BulkOutcome, StoreError> {
        let input = selection.input(origin, now).to_string();
        Ok(self.sql.run(&RESTORE_TASKS, &[&input]).await?)
    }
}
