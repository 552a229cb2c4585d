//! Schemas of the arguments. Those of a new task and of a change are the shapes of REST, with what only tools have.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use todo_events::Priority;

use super::{Tool, listing::USUAL_LIMIT};
use crate::http::shape;

/// JSON Schema (draft 2020-12) of an object, without references.
type Schema = Map<String, Value>;

static SCHEMAS: LazyLock<Vec<(Tool, Schema)>> = LazyLock::new(|| {
    let object = |value: Value| match value {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    Tool::ALL.into_iter().map(|tool| (tool, object(schema(tool)))).collect()
});

impl Tool {
    /// What its arguments look like.
    pub(crate) fn schema(self) -> &'static Schema {
        static EMPTY: LazyLock<Schema> = LazyLock::new(Map::new);
        SCHEMAS.iter().find(|(tool, _)| *tool == self).map_or(&EMPTY, |(_, schema)| schema)
    }
}

fn schema(tool: Tool) -> Value {
    match tool {
        Tool::AddTask => with(shape("TaskInput"), &[], json!({ "idempotency_key": key() })),
        Tool::QuickAdd => object(
            &["text"],
            json!({
                "text": { "type": "string", "minLength": 1, "maxLength": 1000,
                    "description": "The task in the user's words, with date, repeat and tags as said." },
                "idempotency_key": key(),
            }),
        ),
        Tool::ListTasks => object(&[], filters()),
        Tool::GetTask | Tool::RestoreTask => object(&["task"], json!({ "task": task() })),
        Tool::CompleteTask | Tool::ReopenTask | Tool::DeleteTask => object(&["task"], named()),
        Tool::UpdateTask => with(shape("PatchInput"), &["task"], named()),
        Tool::GetHistory => object(&[], period()),
        Tool::GetSettings => object(&[], json!({})),
    }
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// A shape of REST with more properties; its title words are about REST and go.
fn with(mut shape: Value, required: &[&str], properties: Value) -> Value {
    if let (Some(shape), Value::Object(more)) = (shape.as_object_mut(), properties) {
        shape.remove("description");
        if let Some(Value::Object(known)) = shape.get_mut("properties") {
            known.extend(more);
        }
        let needed = shape.entry("required").or_insert_with(|| json!([]));
        if let Some(needed) = needed.as_array_mut() {
            needed.extend(required.iter().map(|name| json!(name)));
        }
    }
    shape
}

fn task() -> Value {
    json!({ "type": ["integer", "string"], "description": "The task's number, such as 12, or its id (UUID)." })
}

fn named() -> Value {
    json!({
        "task": task(),
        "if_revision": { "type": "integer", "minimum": 1,
            "description": "Only if the task is still at this `revision`; else it is refused and nothing happens." },
    })
}

fn key() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 255,
        "description": "Any text of your own, new for each task: the same call under the same key makes no second task." })
}

fn moment(says: &str) -> Value {
    let says = format!(
        "{says}: a day like 2026-11-22, meaning its beginning in the user's zone, or an RFC 3339 instant."
    );
    json!({ "type": "string", "description": says })
}

fn cursor() -> Value {
    json!({ "type": "string", "description": "`next_cursor` of the page before, with the same other arguments." })
}

fn filters() -> Value {
    let keys =
        ["due_at", "priority", "created_at", "updated_at", "completed_at", "title", "number"];
    let keys: Vec<_> = keys.iter().flat_map(|key| [(*key).to_owned(), format!("-{key}")]).collect();
    json!({
        "status": { "type": "string", "enum": ["open", "completed", "all"], "default": "open" },
        "priority": { "type": "array", "description": "Any of these.",
            "items": { "type": "string", "enum": Priority::ALL } },
        "tags": { "type": "array", "items": { "type": "string" }, "description": "Labels, without `#`." },
        "tag_match": { "type": "string", "enum": ["all", "any"], "default": "all",
            "description": "Whether a task needs all of `tags` or one of them." },
        "project": { "type": "string", "description": "Only this project." },
        "due_from": moment("Due at or after"),
        "due_to": moment("Due before"),
        "created_from": moment("Made at or after"),
        "created_to": moment("Made before"),
        "overdue": { "type": "boolean", "description": "True for only what is due and not done." },
        "search": { "type": "string", "maxLength": 200,
            "description": "Words that begin words of title, description or project; all must be there." },
        "sort": { "type": "array", "items": { "type": "string", "enum": keys },
            "description": "Keys in order of weight, `-` for descending. Left out: soonest due, then most pressing." },
        "limit": { "type": "integer", "minimum": 1, "maximum": 200, "default": USUAL_LIMIT },
        "cursor": cursor(),
    })
}

fn period() -> Value {
    json!({
        "task": task(),
        "from": moment("At or after"),
        "to": moment("Before"),
        "limit": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 },
        "cursor": cursor(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_reference(value: &Value) -> bool {
        match value {
            Value::Object(map) => map.contains_key("$ref") || map.values().any(has_reference),
            Value::Array(list) => list.iter().any(has_reference),
            _ => false,
        }
    }

    #[test]
    fn every_tool_has_a_closed_object_without_references_and_words() {
        for tool in Tool::ALL {
            let schema = Value::Object(tool.schema().clone());
            assert_eq!(schema["type"], "object", "{tool:?}");
            assert_eq!(schema["additionalProperties"], false, "{tool:?}");
            assert!(!has_reference(&schema), "{tool:?}: {schema}");
            for name in schema["required"].as_array().unwrap() {
                let name = name.as_str().unwrap();
                assert!(schema["properties"].get(name).is_some(), "{tool:?} {name}");
            }
            assert!(tool.description().len() > 20, "{tool:?}");
            assert_eq!(Tool::named(tool.name()), Some(tool));
        }
        assert_eq!(Tool::named("drop_tables"), None);
    }

    #[test]
    fn a_task_and_a_change_have_the_fields_of_rest() {
        let add = Value::Object(Tool::AddTask.schema().clone());
        assert_eq!(add["required"], json!(["title"]));
        let change = Value::Object(Tool::UpdateTask.schema().clone());
        assert_eq!(change["required"], json!(["task"]));
        for field in ["title", "due", "priority", "tags", "reminders", "recurrence"] {
            assert!(add["properties"].get(field).is_some(), "{field}");
            assert!(change["properties"].get(field).is_some(), "{field}");
        }
        let date = "/properties/due/oneOf/1/oneOf/0/properties/date/format";
        assert_eq!(add.pointer(date), Some(&json!("date")), "{add:#}");
        assert_eq!(add["properties"]["priority"]["type"], "string");
        assert!(add["properties"].get("user_id").is_none(), "the user is who the token says");
    }
}
