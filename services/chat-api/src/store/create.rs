//! Making tasks.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use todo_events::{SeriesId, TaskId};
use todo_recurrence::Zone;
use uuid::Uuid;

use super::{
    OutboxItem, StoreError, TaskDocument, TaskStore, ZONE_TRIES,
    answer::Answer,
    fields::{recurrence, stamp, write_due},
    statement::CREATE_TASK,
};
use crate::domain::{NewTask, Origin, ResolvedDue};

/// A client's name for a request, and what the request was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The header's value.
    pub key: String,
    /// Digest of the request, to tell a repetition from another request.
    pub fingerprint: String,
}

/// What became of a new task.
#[derive(Debug, Clone)]
pub enum CreateOutcome {
    /// It is stored.
    Created(TaskDocument, Vec<OutboxItem>),
    /// The same request was answered before, with this.
    Replayed(TaskDocument),
    /// The idempotency key belongs to another request.
    KeyReused,
}

/// `outcome` of `create_task.sql`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Created,
    Replayed,
    KeyReused,
    ZoneChanged,
}

impl TaskStore {
    /// Stores a new task together with everything that follows from it.
    ///
    /// # Errors
    /// When its repeat never happens, or the database cannot be used.
    pub async fn create(
        &self,
        task: &NewTask,
        origin: &Origin,
        key: Option<&IdempotencyKey>,
        now: DateTime<Utc>,
    ) -> Result<CreateOutcome, StoreError> {
        // The same ids on every try: run twice, the statement finds its own work.
        let (command, id) = (Uuid::now_v7(), TaskId::generate());
        for _ in 0..ZONE_TRIES {
            let zone = self.zone_of(&origin.user).await;
            let due = task.resolve(&zone, now)?;
            let mut input = fields_of(task, due.as_ref(), &zone);
            input["command_id"] = json!(command);
            input["id"] = json!(id);
            input["settings_zone"] = json!(zone);
            input["idempotency_key"] = json!(key.map(|key| &key.key));
            input["fingerprint"] = json!(key.map(|key| &key.fingerprint));
            stamp(&mut input, origin, now);
            let answer: Answer<Word> = self.sql.run(&CREATE_TASK, &[&input.to_string()]).await?;
            match answer.outcome {
                Word::Created => {
                    let (task, outbox) = answer.written()?;
                    return Ok(CreateOutcome::Created(task, outbox));
                }
                Word::Replayed => return Ok(CreateOutcome::Replayed(answer.task()?)),
                Word::KeyReused => return Ok(CreateOutcome::KeyReused),
                Word::ZoneChanged => self.remember_zone(&origin.user, answer.zone()?).await,
            }
        }
        Err(StoreError::Unsettled)
    }
}

fn fields_of(task: &NewTask, due: Option<&ResolvedDue>, zone: &Zone) -> Value {
    let mut json = json!({
        "title": task.title,
        "description": task.description,
        "priority": task.priority.rank(),
        "tags": task.tags,
        "project": task.project,
        "zone": zone,
        "duration_minutes": task.duration_minutes,
        "reminders": task.reminders,
    });
    if let (Some(fields), Some(due)) = (json.as_object_mut(), due) {
        write_due(fields, due);
    }
    if let (Some(repeat), Some(due)) = (&task.recurrence, due) {
        let mut repeat = recurrence(repeat);
        repeat["anchor"] = json!(due.start);
        json["recurrence"] = repeat;
        json["series_id"] = json!(SeriesId::generate());
    }
    json
}
