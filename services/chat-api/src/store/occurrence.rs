//! The next occurrence of a repeating task.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use todo_events::{CorrelationId, SeriesId, TaskId, UserId};
use uuid::Uuid;

use super::{
    LEASE, OutboxItem, StoreError, TaskDocument, TaskStore,
    answer::Answer,
    statement::{INSERT_OCCURRENCE, PENDING_SERIES},
};
use crate::domain::ResolvedDue;

/// What comes after a completed occurrence.
#[derive(Debug, Clone)]
pub struct NextOccurrence {
    /// The completed one.
    pub predecessor: TaskId,
    /// Its series.
    pub series: SeriesId,
    /// Its owner.
    pub user: UserId,
    /// When the next one is due, and how many were missed before it; nothing when the series is over.
    pub next: Option<(ResolvedDue, u32)>,
    /// Ties it to the completion.
    pub correlation: CorrelationId,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum OccurrenceOutcome {
    /// The occurrence was made.
    Created(TaskDocument, Vec<OutboxItem>),
    /// It was there.
    Exists,
    /// The series is over, and that is noted.
    Ended,
    /// The predecessor is gone, open again, or repeats no more.
    Superseded,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Settled {
    Created,
    Exists,
    Ended,
    Superseded,
}

#[derive(Deserialize)]
struct Pending {
    tasks: Vec<TaskDocument>,
}

impl TaskStore {
    /// Makes the next occurrence, exactly once however often it is asked for.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn insert_occurrence(
        &self,
        occurrence: &NextOccurrence,
        now: DateTime<Utc>,
    ) -> Result<OccurrenceOutcome, StoreError> {
        let due = occurrence.next.as_ref().map(|(due, _)| due);
        let input = json!({
            "command_id": Uuid::now_v7(),
            "id": TaskId::generate(),
            "predecessor_id": occurrence.predecessor,
            "series_id": occurrence.series,
            "user_id": occurrence.user,
            "occurrence_key": due.map(|due| due.start.to_string()),
            "due": due.map(|due| &due.due),
            "due_at": due.map(|due| due.due_at),
            "remind_from": due.map(|due| due.remind_from),
            "missed": occurrence.next.as_ref().map_or(0, |(_, missed)| *missed),
            "correlation_id": occurrence.correlation,
            "at": now,
            "lease": LEASE,
        });
        let answer: Answer<Settled> =
            self.sql.run(&INSERT_OCCURRENCE, &[&input.to_string()]).await?;
        Ok(match answer.outcome {
            Settled::Created => {
                let (task, outbox) = answer.written()?;
                OccurrenceOutcome::Created(task, outbox)
            }
            Settled::Exists => OccurrenceOutcome::Exists,
            Settled::Ended => OccurrenceOutcome::Ended,
            Settled::Superseded => OccurrenceOutcome::Superseded,
        })
    }

    /// Occurrences completed before an instant whose successor is not settled.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn pending_series(
        &self,
        before: DateTime<Utc>,
        at_most: u32,
    ) -> Result<Vec<TaskDocument>, StoreError> {
        let params = [&*before.to_rfc3339(), &*at_most.to_string()];
        let pending: Pending = self.sql.run(&PENDING_SERIES, &params).await?;
        Ok(pending.tasks)
    }
}
