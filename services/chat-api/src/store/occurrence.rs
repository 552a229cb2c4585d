//! The next occurrence of a repeating task.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use todo_events::{CorrelationId, Due, SeriesId, TaskId, UserId};
use uuid::Uuid;

use super::{
    LEASE, OutboxItem, StoreError, TaskDocument, TaskStore, ZONE_TRIES,
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
    /// When the next one is due, and how many were missed before it; nothing when the series is over. What floats is meant in the
    /// zone that the user is in by now, whatever zone it was in when it was computed.
    pub next: Option<(Due, u32)>,
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
    ZoneChanged,
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
        // The same ids on every try: run twice, the statement finds its own work.
        let (command, id) = (Uuid::now_v7(), TaskId::generate());
        for _ in 0..ZONE_TRIES {
            let zone = self.zone_of(&occurrence.user);
            let next = occurrence.next.as_ref();
            let due = next.map(|(due, _)| ResolvedDue::new(due.clone(), &zone));
            let input = json!({
                "command_id": command,
                "id": id,
                "predecessor_id": occurrence.predecessor,
                "series_id": occurrence.series,
                "user_id": occurrence.user,
                "occurrence_key": due.as_ref().map(|due| due.start.to_string()),
                "due": due.as_ref().map(|due| &due.due),
                "due_at": due.as_ref().map(|due| due.due_at),
                "remind_from": due.as_ref().map(|due| due.remind_from),
                "zone": due.as_ref().map(|due| &due.zone),
                "settings_zone": due.as_ref().map(|_| &zone),
                "missed": next.map_or(0, |(_, missed)| *missed),
                "correlation_id": occurrence.correlation,
                "at": now,
                "lease": LEASE,
            });
            let answer: Answer<Settled> =
                self.sql.run(&INSERT_OCCURRENCE, &[&input.to_string()]).await?;
            return Ok(match answer.outcome {
                Settled::Created => {
                    let (task, outbox) = answer.written()?;
                    OccurrenceOutcome::Created(task, outbox)
                }
                Settled::Exists => OccurrenceOutcome::Exists,
                Settled::Ended => OccurrenceOutcome::Ended,
                Settled::Superseded => OccurrenceOutcome::Superseded,
                Settled::ZoneChanged => {
                    self.remember_zone(&occurrence.user, answer.zone()?);
                    continue;
                }
            });
        }
        Err(StoreError::Unsettled)
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
