//! Reading one task.

use serde::Deserialize;
use todo_events::UserId;

use super::{StoreError, TaskDocument, TaskRef, TaskStore, statement::GET_TASK};

#[derive(Deserialize)]
struct Found {
    task: Option<TaskDocument>,
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
}
