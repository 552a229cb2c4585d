//! Changing fields of tasks.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use todo_events::{Revision, SeriesId};
use todo_recurrence::{Start, Zone};
use uuid::Uuid;

use super::{
    OutboxItem, StoreError, TaskDocument, TaskRef, TaskStore, ZONE_TRIES,
    answer::Answer,
    fields::{recurrence, stamp, write_due},
    statement::UPDATE_TASK,
};
use crate::domain::{Origin, Patch, ResolvedDue, Tri, first_occurrence};

/// What became of a change.
#[derive(Debug, Clone)]
pub enum UpdateOutcome {
    /// It is stored.
    Updated(TaskDocument, Vec<OutboxItem>),
    /// It changes nothing, or was stored before.
    Unchanged(TaskDocument),
    /// The user has no such task.
    NotFound,
    /// The task is at another revision than `If-Match` says.
    RevisionMismatch(TaskDocument),
    /// A repeat needs a due to start from.
    RecurrenceWithoutDue,
    /// A reminder before the due needs a due.
    ReminderWithoutDue,
}

/// `outcome` of `update_task.sql`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Updated,
    Unchanged,
    Replayed,
    RevisionMismatch,
    ZoneChanged,
    RuleUnchecked,
    RecurrenceWithoutDue,
    ReminderWithoutDue,
    NotFound,
}

impl TaskStore {
    /// Changes some fields of a task. A new repeat is checked against the due it starts from; where that is the stored one, the
    /// statement says which, and is run again.
    ///
    /// # Errors
    /// When the new repeat never happens, or the database cannot be used.
    pub async fn update(
        &self,
        task: TaskRef,
        revisions: Option<&[Revision]>,
        patch: &Patch,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<UpdateOutcome, StoreError> {
        let (command, series) = (Uuid::now_v7(), SeriesId::generate());
        let mut stored_start = None;
        // One try more than for the zone alone: the stored due is learnt from the first.
        for _ in 0..=ZONE_TRIES {
            let zone = self.zone_of(&origin.user);
            let (fields, start) = fields_of(patch, &zone)?;
            let mut input = json!({
                "command_id": command,
                "id": task.id(),
                "number": task.number(),
                "revisions": revisions,
                "patch": fields,
                "settings_zone": matches!(patch.due, Tri::Set(_)).then_some(&zone),
                "checked_start": start.or(stored_start).map(|start: Start| start.to_string()),
                "new_series_id": series,
            });
            stamp(&mut input, origin, now);
            let answer: Answer<Word> = self.sql.run(&UPDATE_TASK, &[&input.to_string()]).await?;
            return Ok(match answer.outcome {
                Word::Updated => {
                    let (task, outbox) = answer.written()?;
                    UpdateOutcome::Updated(task, outbox)
                }
                Word::Unchanged | Word::Replayed => UpdateOutcome::Unchanged(answer.task()?),
                Word::RevisionMismatch => UpdateOutcome::RevisionMismatch(answer.task()?),
                Word::NotFound => UpdateOutcome::NotFound,
                Word::RecurrenceWithoutDue => UpdateOutcome::RecurrenceWithoutDue,
                Word::ReminderWithoutDue => UpdateOutcome::ReminderWithoutDue,
                Word::ZoneChanged => {
                    self.remember_zone(&origin.user, answer.zone()?);
                    continue;
                }
                Word::RuleUnchecked => {
                    stored_start = checked_start(patch, &answer.task()?)?;
                    continue;
                }
            });
        }
        Err(StoreError::Unsettled)
    }
}

/// The start that a new repeat would have from the due a task has already.
fn checked_start(patch: &Patch, task: &TaskDocument) -> Result<Option<Start>, StoreError> {
    let task = task.read()?;
    let (Some(due), Tri::Set(recurrence)) = (task.due, &patch.recurrence) else { return Ok(None) };
    let due = ResolvedDue::new(due, &task.zone);
    first_occurrence(&due, recurrence)?;
    Ok(Some(due.start))
}

/// The fields that change, and the start that a new repeat among them was checked against.
fn fields_of(patch: &Patch, zone: &Zone) -> Result<(Value, Option<Start>), StoreError> {
    let mut json = Map::new();
    let mut start = None;
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            json.insert(name.to_owned(), value);
        }
    };
    put("title", patch.title.as_ref().map(|title| json!(title)));
    put("description", patch.description.as_ref().map(|text| json!(text)));
    put("priority", patch.priority.map(|priority| json!(priority.rank())));
    put("tags", patch.tags.as_ref().map(|tags| json!(tags)));
    put("project", patch.project.change().map(|project| json!(project)));
    put("duration_minutes", patch.duration_minutes.change().map(|minutes| json!(minutes)));
    put("reminders", patch.reminders.as_ref().map(|reminders| json!(reminders)));
    put("recurrence", patch.recurrence.change().map(|given| given.map_or(Value::Null, recurrence)));
    match &patch.due {
        Tri::Keep => {}
        Tri::Clear => put("due", Some(Value::Null)),
        Tri::Set(due) => {
            let due = ResolvedDue::new(due.clone(), zone);
            if let Tri::Set(recurrence) = &patch.recurrence {
                first_occurrence(&due, recurrence)?;
                start = Some(due.start);
            }
            write_due(&mut json, &due);
        }
    }
    Ok((Value::Object(json), start))
}
