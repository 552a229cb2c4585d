//! Making tasks.

use chrono::{DateTime, Utc};
use serde::{Deserialize, de::Error as _};
use serde_json::{Map, json, value::to_raw_value};
use todo_events::{Sequence, Task, TaskId, TaskNumber};
use uuid::Uuid;

use super::{
    Change, LEASE, OutboxItem, StoreError, TaskDocument, TaskStore, ZONE_TRIES, change::ChangeHead,
    outbox::ItemKind, statement::CREATE_TASK,
};
use crate::domain::{NewTask, Origin, ResolvedDue, Settings};

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

/// What `create_task.sql` answers: flat, because serde reads a tagged enum through a buffer that cannot hold JSON left unread.
#[derive(Deserialize)]
struct Answer {
    outcome: Word,
    made: Option<Made>,
    task: Option<TaskDocument>,
    settings: Option<Settings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Created,
    Replayed,
    KeyReused,
    SettingsChanged,
}

/// What storage adds to a new task.
#[derive(Deserialize)]
struct Made {
    number: TaskNumber,
    sequence: Sequence,
    seq: u64,
    jobs: Option<Vec<OutboxItem>>,
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
        let head = ChangeHead::created(id, origin, now);
        for _ in 0..ZONE_TRIES {
            let settings = self.settings_of(&origin.user);
            let due = task.resolve(&settings.zone, now)?;
            let document = task.document(id, origin, &settings, due.as_ref(), now);
            let mut beside = beside(&document, &settings, due.as_ref());
            beside["command_id"] = json!(command);
            beside["head"] = json!(head);
            beside["idempotency_key"] = json!(key.map(|key| &key.key));
            beside["fingerprint"] = json!(key.map(|key| &key.fingerprint));
            let params = [&*beside.to_string(), &*serde_json::to_string(&document)?];
            let answer: Answer = self.sql.run(&CREATE_TASK, &params).await?;
            match answer.outcome {
                Word::Created => {
                    let made = answer.made.ok_or_else(|| missing("made"))?;
                    return created(document, made, head);
                }
                Word::Replayed => {
                    let task = answer.task.ok_or_else(|| missing("task"))?;
                    return Ok(CreateOutcome::Replayed(task));
                }
                Word::KeyReused => return Ok(CreateOutcome::KeyReused),
                Word::SettingsChanged => {
                    let settings = answer.settings.ok_or_else(|| missing("settings"))?;
                    self.remember(&origin.user, settings);
                }
            }
        }
        Err(StoreError::Unsettled)
    }
}

/// What the statement needs beside the document.
fn beside(document: &Task, settings: &Settings, due: Option<&ResolvedDue>) -> serde_json::Value {
    json!({
        "settings_zone": settings.zone,
        "default_reminder_minutes": settings.default_reminder_minutes,
        "channels": settings.channels,
        "rank": document.priority.rank(),
        "remind_from": due.map(|due| due.remind_from),
        "due_start": due.map(|due| due.start.to_string()),
        "lease": LEASE,
    })
}

/// The stored task, and what follows from it as the outbox has it.
fn created(mut task: Task, made: Made, head: ChangeHead) -> Result<CreateOutcome, StoreError> {
    task.number = made.number;
    let user = task.user_id.as_str().to_owned();
    let task_data = to_raw_value(&task)?;
    let change = Change { head, sequence: made.sequence, previous: Map::new(), task_data };
    let payload = to_raw_value(&change)?;
    let mut outbox = made.jobs.unwrap_or_default();
    outbox.push(OutboxItem { seq: made.seq, kind: ItemKind::Change, key: user, payload });
    Ok(CreateOutcome::Created(TaskDocument::from(change.task_data), outbox))
}

fn missing(field: &'static str) -> StoreError {
    serde_json::Error::missing_field(field).into()
}
