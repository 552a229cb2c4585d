//! The trail's table.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use chrono::{DateTime, Utc};
use todo_dapr::{Sql, SqlError, Statement};
use todo_events::{EventId, TaskId, UserId};
use todo_service_kit::together::Batch;

use crate::domain::{Bound, Entry, Limit, Recorded};

static RECORD: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("record", include_str!("record.sql")));
static PRINTED: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("printed", include_str!("printed.sql")));
static UNPRINTED: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("unprinted", include_str!("unprinted.sql")));
static OF_USER: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("of_user", include_str!("of_user.sql")));
static PRUNE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("prune", include_str!("prune.sql")));
static OF_TASK: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("of_task", include_str!("of_task.sql")));

/// The most JSON of one statement, in bytes: as a text in a text of the call's JSON it may be four times as long, and a sidecar takes
/// 4 MiB.
const CALL: usize = 900 * 1024;

/// Events as they were stored, each once; clones share the connection.
#[derive(Debug, Clone)]
pub struct Entries(Sql);

impl Entries {
    /// The table behind a database binding.
    pub fn new(sql: Sql) -> Self {
        Self(sql)
    }

    /// Notes that lines are printed.
    ///
    /// # Errors
    /// When they may still count as unprinted; they are then printed again.
    pub async fn printed(&self, ids: &[EventId]) -> Result<u64, SqlError> {
        self.0.run(&PRINTED, &[&json(&ids)]).await
    }

    /// Takes over at most 200 entries whose line nobody has printed in time, for half a minute.
    ///
    /// # Errors
    /// When the answer was lost; they come again.
    pub async fn unprinted(&self) -> Result<Vec<Entry>, SqlError> {
        self.0.run(&UNPRINTED, &[]).await
    }

    /// Deletes entries that came before an instant, oldest first, and says how many.
    ///
    /// # Errors
    /// When the database cannot be asked; what is left stays for the next time.
    pub async fn prune(&self, before: DateTime<Utc>, at_most: u32) -> Result<u64, SqlError> {
        self.0.run(&PRUNE, &[&before.to_rfc3339(), &at_most.to_string()]).await
    }

    /// The newest entries of a user within bounds, with one more than `limit`.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn list(
        &self,
        user: &UserId,
        task: Option<TaskId>,
        from: Option<DateTime<Utc>>,
        before: &Bound,
        limit: Limit,
    ) -> Result<Vec<Entry>, SqlError> {
        let from = from.map_or_else(|| "-infinity".to_owned(), |from| from.to_rfc3339());
        let rows = (limit.rows() + 1).to_string();
        let params = [user.as_str(), &from, &before.at, &before.id, &rows];
        match task {
            None => self.0.run(&OF_USER, &params).await,
            Some(task) => {
                let task = task.to_string();
                self.0.run(&OF_TASK, &[&params[..], &[&*task]].concat()).await
            }
        }
    }
}

/// Storing entries and saying of each whether it is new. New ones are noted as unprinted in the same transaction, and are ours to
/// print for half a minute.
impl Batch for Entries {
    type Request = Arc<Recorded>;
    type Answer = bool;

    async fn run(&self, recorded: &[Arc<Recorded>]) -> Result<Vec<bool>, SqlError> {
        let mut new = HashSet::<EventId>::new();
        for rows in statements(recorded.iter().map(|recorded| json(recorded.as_ref()))) {
            new.extend(self.0.run::<Vec<EventId>>(&RECORD, &[&rows]).await?);
        }
        // Of two deliveries of one event, one is new.
        Ok(recorded.iter().map(|recorded| new.remove(&recorded.entry.event_id)).collect())
    }
}

/// Rows as JSON arrays that fit into a call, in their order.
fn statements(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut arrays: Vec<String> = Vec::new();
    for row in rows {
        match arrays.last_mut() {
            Some(last) if last.len() + row.len() < CALL => last.extend([",", &row]),
            _ => arrays.push(format!("[{row}")),
        }
    }
    arrays.iter_mut().for_each(|array| array.push(']'));
    arrays
}

/// What is sent here always has a JSON form; were one lost, the database would refuse the empty text.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_statement_fit_into_a_call() {
        let rows = |sizes: &[usize]| sizes.iter().map(|size| "1".repeat(*size)).collect::<Vec<_>>();
        let lengths = |sizes| {
            let arrays = statements(rows(sizes).into_iter());
            arrays.iter().map(String::len).collect::<Vec<_>>()
        };
        assert_eq!(statements(rows(&[1, 2]).into_iter()), ["[1,11]"]);
        assert_eq!(
            lengths(&[CALL / 2, CALL / 3, CALL / 2]),
            [CALL / 2 + CALL / 3 + 3, CALL / 2 + 2]
        );
        assert_eq!(lengths(&[2 * CALL, 1]), [2 * CALL + 2, 3]);
        assert!(statements(std::iter::empty()).is_empty());
    }
}
