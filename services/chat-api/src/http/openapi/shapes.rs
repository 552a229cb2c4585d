//! The shapes of requests and answers.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use todo_events::Priority;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::{
    domain::{PatchInput, RecurrenceInput, Settings, TaskInput},
    http::{bulk, chat, dev_login, page, preferences, quick},
};

/// The contract of the events, which holds the task.
const EVENTS: &str = include_str!("../../../../../schemas/events/task-updates.v1.json");

#[derive(OpenApi)]
#[openapi(components(schemas(
    TaskInput,
    PatchInput,
    RecurrenceInput,
    Settings,
    bulk::BulkRequest,
    chat::ChatRequest,
    chat::ChatAnswer,
    quick::Line,
    quick::Preview,
    preferences::Preferences,
    dev_login::DevLogin,
    dev_login::SignedIn,
    page::PageConfig,
    AuditPage,
    NotificationPage,
    Problem,
)))]
struct Types;

/// A page of the trail. What audit answers is handed on as it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct AuditPage {
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// Where the next page starts, if there is one.
    next_cursor: Option<String>,
}

/// What happened, to what, when and through which door.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct AuditEntry {
    /// When, as the event says.
    time: DateTime<Utc>,
    /// The event's id.
    event_id: Uuid,
    /// `created`, `updated`, `completed`, `deleted`, `due` or `raised`.
    event_type: String,
    /// The topic by its role, such as `task-events`.
    topic: String,
    /// Whose.
    user_id: String,
    /// The task it is about.
    task_id: Option<Uuid>,
    /// The task's revision after it.
    revision: Option<u64>,
    /// Through which door a task was changed.
    actor: Option<String>,
    /// Names of the fields that changed.
    changes: Vec<String>,
    /// What they said before and say since; empty where that is not known.
    diff: Vec<AuditChange>,
    /// The request it came from.
    correlation_id: Option<String>,
    /// The task's title, or the notification's; may be left out.
    #[schema(required = false)]
    title: Option<String>,
}

/// One field of a task that changed, with values as in a task. The old status of a task that was brought back is `deleted`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct AuditChange {
    /// Its name.
    field: String,
    /// What it said before.
    old: Value,
    /// What it says since.
    new: Value,
}

/// What a user was told. What notification answers is handed on as it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct NotificationPage {
    /// The oldest first.
    notifications: Vec<Notification>,
    /// `since` of the next question: nothing lies between.
    until: DateTime<Utc>,
}

/// A reminder, or a change that an agent or a repeat made; with the fields of the frame that showed it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct Notification {
    /// The same in every answer and every frame.
    id: Uuid,
    /// `reminder` or `change`.
    kind: String,
    /// The task's title.
    title: String,
    /// A little more, as it is now.
    body: String,
    /// The task it is about.
    task_id: Uuid,
    /// How late a reminder was told, in milliseconds.
    late_by_ms: u64,
    /// When it was told.
    timestamp: DateTime<Utc>,
}

/// Problem details (RFC 9457).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct Problem {
    /// `urn:todo:problem:<code>`.
    r#type: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// For people.
    detail: String,
    /// Stable, for programs.
    code: String,
    /// The request, as in `X-Request-Id`.
    #[schema(required = false)]
    instance: Option<String>,
    /// The values that are wrong, when there are such.
    #[schema(required = false)]
    errors: Option<Vec<FieldError>>,
}

/// One value and what is wrong with it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is used")]
struct FieldError {
    /// `#/due/date` (a JSON pointer) in a body, `?limit` in a query, `{id}` in a path.
    pointer: String,
    /// The rule that was broken.
    detail: String,
}

/// The `components` of the document with their `schemas`.
pub(super) fn components() -> Value {
    let mut components = json!(Types::openapi().components);
    if let Some(schemas) = components["schemas"].as_object_mut() {
        schemas.extend(of_events());
        schemas.insert("TaskPage".into(), task_page());
        schemas.insert("BulkAnswer".into(), bulk_answer());
        schemas.insert("ReminderInput".into(), reminder_input());
    }
    for (pointer, shape) in refinements() {
        if let Some(place) = components.pointer_mut(&format!("/schemas/{pointer}")) {
            // The words stay, the shape is replaced.
            let words = place.get("description").cloned();
            *place = shape;
            if let Some(words) = words {
                place["description"] = words;
            }
        }
    }
    components
}

/// One shape with everything it refers to put in its place, for readers that follow no references.
pub(crate) fn shape(name: &str) -> Value {
    let all = components();
    inlined(&all["schemas"][name], &all)
}

fn inlined(shape: &Value, all: &Value) -> Value {
    match shape {
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            let target = target.and_then(|name| name.strip_prefix("#/components"));
            let target = target.and_then(|pointer| all.pointer(pointer));
            let mut found = match target.map(|target| inlined(target, all)) {
                Some(Value::Object(found)) => found,
                _ => Map::new(),
            };
            // Words beside a reference say more than those of its target.
            let own = map.iter().filter(|(key, _)| *key != "$ref");
            found.extend(own.map(|(key, value)| (key.clone(), inlined(value, all))));
            if found.contains_key("enum") && !found.contains_key("type") {
                found.insert("type".into(), json!("string"));
            }
            Value::Object(found)
        }
        Value::Array(list) => list.iter().map(|shape| inlined(shape, all)).collect(),
        other => other.clone(),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn nullable(shape: Value) -> Value {
    json!({ "oneOf": [{ "type": "null" }, shape] })
}

fn list_of(shape: Value) -> Value {
    json!({ "type": "array", "items": shape })
}

/// Fields whose Rust types have no shape of their own here.
fn refinements() -> Vec<(&'static str, Value)> {
    let priority = || json!({ "enum": Priority::ALL });
    let mode = json!({ "enum": ["schedule", "after_completion"], "default": "schedule" });
    let reminders = || nullable(list_of(reference("ReminderInput")));
    vec![
        ("TaskInput/properties/priority", priority()),
        ("TaskInput/properties/due", nullable(reference("Due"))),
        ("TaskInput/properties/reminders", reminders()),
        ("PatchInput/properties/priority", nullable(priority())),
        ("PatchInput/properties/due", nullable(reference("Due"))),
        ("PatchInput/properties/reminders", reminders()),
        ("RecurrenceInput/properties/mode", mode),
        ("Settings/properties/channels", list_of(reference("Channel"))),
        ("BulkRequest/properties/ids/items", json!({ "type": ["string", "integer"] })),
        ("ChatAnswer/properties/tasks", list_of(reference("Task"))),
        ("DevLogin/properties/user_id", reference("User")),
        ("SignedIn/properties/user_id", reference("User")),
    ]
}

/// The definitions of the task, under names of their own.
fn of_events() -> Map<String, Value> {
    let mut schema: Value = serde_json::from_str(EVENTS).unwrap_or_default();
    let definitions = schema["$defs"].take();
    let names =
        ["uuid", "user", "instant", "actor", "channel", "due", "reminder", "recurrence", "task"];
    let renamed = names.iter().fold(definitions.to_string(), |text, name| {
        let target = format!("\"#/components/schemas/{}\"", title(name));
        text.replace(&format!("\"#/$defs/{name}\""), &target)
    });
    let mut definitions: Value = serde_json::from_str(&renamed).unwrap_or_default();
    names.iter().map(|name| (title(name), definitions[*name].take())).collect()
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn reminder_input() -> Value {
    let channel = reference("Channel");
    json!({ "description": "When to remind: minutes before the due (of a day, before 09:00), or an instant.", "oneOf": [
        { "type": "object", "required": ["before_minutes"], "properties": {
            "before_minutes": { "type": "integer", "minimum": 0 }, "channel": channel } },
        { "type": "object", "required": ["at"], "properties": { "at": reference("Instant"), "channel": channel } },
    ] })
}

fn task_page() -> Value {
    json!({ "type": "object", "required": ["tasks", "next_cursor", "sequence"], "properties": {
        "tasks": list_of(reference("Task")),
        "next_cursor": { "type": ["string", "null"], "description": "Where the next page starts, if there is one." },
        "sequence": { "type": "integer", "minimum": 0,
            "description": "How many changes of the user's tasks this page has seen; frames of the live connection count on." },
    } })
}

fn bulk_answer() -> Value {
    let id = json!({ "type": ["string", "integer"],
        "description": "The task's id; what it was asked for by when there is no such task." });
    let item = json!({ "type": "object", "required": ["id", "status"], "properties": {
        "id": id,
        "status": { "enum": ["done", "unchanged", "not_found"] },
        "task": reference("Task"),
    } });
    json!({ "type": "object", "required": ["results"], "properties": { "results": list_of(item) } })
}
