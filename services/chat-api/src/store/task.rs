//! Making, reading and changing tasks.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use todo_events::{Priority, Revision, SeriesId, TaskId, TaskNumber, UserId};
use todo_recurrence::Zone;
use uuid::Uuid;

use super::{
    LEASE, OutboxItem, StoreError, TaskDocument, TaskStore,
    answer::Answer,
    statement::{CHANGE_STATUS, CREATE_TASK, DELETE_TASKS, GET_TASK, UPDATE_TASK},
};
use crate::domain::{NewTask, Origin, Patch, RecurrenceInput, ResolvedDue, Tri};

/// How often a write is understood anew because the user's zone was another one.
const ZONE_TRIES: usize = 3;

/// How a request names a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskRef {
    /// By id.
    Id(TaskId),
    /// By the number that people use.
    Number(TaskNumber),
}

impl TaskRef {
    fn id(self) -> Option<TaskId> {
        match self {
            Self::Id(id) => Some(id),
            Self::Number(_) => None,
        }
    }

    fn number(self) -> Option<TaskNumber> {
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
}

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
#[derive(Debug, Clone)]
pub struct BulkOutcome {
    /// By number.
    pub results: Vec<(BulkResult, TaskDocument)>,
    /// What follows.
    pub outbox: Vec<OutboxItem>,
}

#[derive(Deserialize)]
struct Found {
    task: Option<TaskDocument>,
}

/// `outcome` of `create_task.sql`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum CreateWord {
    Created,
    Replayed,
    KeyReused,
    ZoneChanged,
}

/// `outcome` of `update_task.sql`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum UpdateWord {
    Updated,
    Unchanged,
    Replayed,
    RevisionMismatch,
    ZoneChanged,
    RecurrenceWithoutDue,
    ReminderWithoutDue,
    NotFound,
}

#[derive(Deserialize)]
struct BulkAnswer {
    results: Vec<BulkRow>,
    outbox: Vec<OutboxItem>,
}

#[derive(Deserialize)]
struct BulkRow {
    outcome: BulkResult,
    task: TaskDocument,
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
            let mut input = new_task_json(task, due.as_ref(), &zone);
            input["command_id"] = json!(command);
            input["id"] = json!(id);
            input["settings_zone"] = json!(zone);
            input["idempotency_key"] = json!(key.map(|key| &key.key));
            input["fingerprint"] = json!(key.map(|key| &key.fingerprint));
            stamp(&mut input, origin, now);
            let answer: Answer<CreateWord> =
                self.sql.run(&CREATE_TASK, &[&input.to_string()]).await?;
            match answer.outcome {
                CreateWord::Created => {
                    let (task, outbox) = answer.written()?;
                    return Ok(CreateOutcome::Created(task, outbox));
                }
                CreateWord::Replayed => return Ok(CreateOutcome::Replayed(answer.task()?)),
                CreateWord::KeyReused => return Ok(CreateOutcome::KeyReused),
                CreateWord::ZoneChanged => self.remember_zone(&origin.user, answer.zone()?).await,
            }
        }
        Err(StoreError::Unsettled)
    }

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

    /// Changes some fields of a task.
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
        let command = Uuid::now_v7();
        for _ in 0..ZONE_TRIES {
            let zone = self.zone_of(&origin.user).await;
            let resolved = patch_json(patch, &zone)?;
            let mut input = json!({
                "command_id": command,
                "id": task.id(),
                "number": task.number(),
                "revisions": revisions,
                "patch": resolved,
                "settings_zone": matches!(patch.due, Tri::Set(_)).then_some(&zone),
                "new_series_id": SeriesId::generate(),
            });
            stamp(&mut input, origin, now);
            let answer: Answer<UpdateWord> =
                self.sql.run(&UPDATE_TASK, &[&input.to_string()]).await?;
            return Ok(match answer.outcome {
                UpdateWord::Updated => {
                    let (task, outbox) = answer.written()?;
                    UpdateOutcome::Updated(task, outbox)
                }
                UpdateWord::Unchanged | UpdateWord::Replayed => {
                    UpdateOutcome::Unchanged(answer.task()?)
                }
                UpdateWord::RevisionMismatch => UpdateOutcome::RevisionMismatch(answer.task()?),
                UpdateWord::NotFound => UpdateOutcome::NotFound,
                UpdateWord::RecurrenceWithoutDue => UpdateOutcome::RecurrenceWithoutDue,
                UpdateWord::ReminderWithoutDue => UpdateOutcome::ReminderWithoutDue,
                UpdateWord::ZoneChanged => {
                    self.remember_zone(&origin.user, answer.zone()?).await;
                    continue;
                }
            });
        }
        Err(StoreError::Unsettled)
    }

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
        let mut input = selection_json(selection, origin, now);
        input["complete"] = json!(change == StatusChange::Complete);
        let answer: BulkAnswer = self.sql.run(&CHANGE_STATUS, &[&input.to_string()]).await?;
        Ok(answer.into())
    }

    /// Deletes some tasks.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn delete(
        &self,
        selection: &Selection,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<BulkOutcome, StoreError> {
        let input = selection_json(selection, origin, now).to_string();
        let answer: BulkAnswer = self.sql.run(&DELETE_TASKS, &[&input]).await?;
        Ok(answer.into())
    }
}

impl From<BulkAnswer> for BulkOutcome {
    fn from(answer: BulkAnswer) -> Self {
        let results = answer.results.into_iter().map(|row| (row.outcome, row.task)).collect();
        Self { results, outbox: answer.outbox }
    }
}

fn stamp(input: &mut Value, origin: &Origin, now: DateTime<Utc>) {
    input["user_id"] = json!(origin.user);
    input["actor"] = json!(origin.actor);
    input["correlation_id"] = json!(origin.correlation);
    input["at"] = json!(now);
    input["lease"] = json!(LEASE);
}

fn selection_json(selection: &Selection, origin: &Origin, now: DateTime<Utc>) -> Value {
    let tasks = &selection.tasks;
    let mut input = json!({
        "command_id": Uuid::now_v7(),
        "ids": tasks.iter().filter_map(|task| task.id()).collect::<Vec<_>>(),
        "numbers": tasks.iter().filter_map(|task| task.number()).collect::<Vec<_>>(),
        "revisions": selection.revisions,
    });
    stamp(&mut input, origin, now);
    input
}

fn rank(priority: Priority) -> u8 {
    match priority {
        Priority::None => 0,
        Priority::Low => 1,
        Priority::Medium => 2,
        Priority::High => 3,
        Priority::Urgent => 4,
    }
}

fn recurrence_json(recurrence: &RecurrenceInput) -> Value {
    json!({ "rule": recurrence.rule, "mode": recurrence.mode, "except": recurrence.except, "missed": 0 })
}

fn write_due(target: &mut Map<String, Value>, due: &ResolvedDue) {
    target.insert("due".into(), json!(due.due));
    target.insert("due_at".into(), json!(due.due_at));
    target.insert("remind_from".into(), json!(due.remind_from));
    target.insert("due_start".into(), json!(due.start.to_string()));
    target.insert("zone".into(), json!(due.zone));
}

fn new_task_json(task: &NewTask, due: Option<&ResolvedDue>, zone: &Zone) -> Value {
    let mut json = json!({
        "title": task.title,
        "description": task.description,
        "priority": rank(task.priority),
        "tags": task.tags,
        "project": task.project,
        "zone": zone,
        "duration_minutes": task.duration_minutes,
        "reminders": task.reminders,
    });
    if let (Some(fields), Some(due)) = (json.as_object_mut(), due) {
        write_due(fields, due);
    }
    if let (Some(recurrence), Some(due)) = (&task.recurrence, due) {
        let mut recurrence = recurrence_json(recurrence);
        recurrence["anchor"] = json!(due.start);
        json["recurrence"] = recurrence;
        json["series_id"] = json!(SeriesId::generate());
    }
    json
}

fn patch_json(patch: &Patch, zone: &Zone) -> Result<Value, StoreError> {
    let mut json = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            json.insert(name.to_owned(), value);
        }
    };
    put("title", patch.title.as_ref().map(|title| json!(title)));
    put("description", patch.description.as_ref().map(|text| json!(text)));
    put("priority", patch.priority.map(|priority| json!(rank(priority))));
    put("tags", patch.tags.as_ref().map(|tags| json!(tags)));
    put("project", patch.project.change().map(|project| json!(project)));
    put("duration_minutes", patch.duration_minutes.change().map(|minutes| json!(minutes)));
    put("reminders", patch.reminders.as_ref().map(|reminders| json!(reminders)));
    put(
        "recurrence",
        patch.recurrence.change().map(|given| given.map_or(Value::Null, recurrence_json)),
    );
    match &patch.due {
        Tri::Keep => {}
        Tri::Clear => put("due", Some(Value::Null)),
        Tri::Set(due) => {
            let due = ResolvedDue::new(due.clone(), zone);
            if let Tri::Set(recurrence) = &patch.recurrence {
                crate::domain::first_occurrence(&due, recurrence)?;
            }
            write_due(&mut json, &due);
        }
    }
    Ok(Value::Object(json))
}
