//! Reading one task.

use serde::Deserialize;
use todo_events::{TaskId, TaskNumber, UserId};

use super::{
    StoreError, TaskDocument, TaskRef, TaskStore,
    statement::{FIND_ID, GET_TASK},
};

#[derive(Deserialize)]
struct Found {
    task: Option<TaskDocument>,
}

#[derive(Deserialize)]
struct Identified {
    id: Option<TaskId>,
}

impl TaskStore {
    /// One task.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn get(
        &self,
        user: &UserId,
        task: TaskRef,
    ) -> Result<Option<TaskDocument>, StoreError> {
        let id = task.id().map(|id| id.to_string()).unwrap_or_default();
        let number = task.number().map(|number| number.to_string()).unwrap_or_default();
        let found: Found = self.sql.run(&GET_TASK, &[user.as_str(), &id, &number]).await?;
        Ok(found.task)
    }

    /// The id of the task that has a number, or had it until it was deleted: numbers are never used again.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn id_of(
        &self,
        user: &UserId,
        number: TaskNumber,
    ) -> Result<Option<TaskId>, StoreError> {
        let params = [user.as_str(), &number.to_string()];
        let identified: Identified = self.sql.run(&FIND_ID, &params).await?;
        Ok(identified.id)
    }
}
