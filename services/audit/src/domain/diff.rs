//! What changed fields said before, and what they say now.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

/// One field of a task that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name in the task document.
    pub field: String,
    /// What it said before.
    pub old: Value,
    /// What it says since.
    pub new: Value,
}

/// The parts of a `task-events` payload that say it. Both are read as plain JSON, so that the trail holds what was sent.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    previous: Map<String, Value>,
    #[serde(default)]
    task_data: Map<String, Value>,
}

impl FieldChange {
    /// The changes that an event tells, in the order of `names`. An event of an older release names fields without their values:
    /// those are left out.
    pub fn of(names: &[String], data: &RawValue) -> Vec<Self> {
        if names.is_empty() {
            return Vec::new();
        }
        let Ok(mut told) = serde_json::from_str::<Told>(data.get()) else { return Vec::new() };
        let changes = names.iter().filter_map(|name| {
            let old = told.previous.remove(name)?;
            let new = told.task_data.remove(name).unwrap_or_default();
            Some(Self { field: name.clone(), old, new })
        });
        changes.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(names: &[&str], data: &Value) -> Vec<FieldChange> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        FieldChange::of(&names, &serde_json::value::to_raw_value(data).unwrap())
    }

    #[test]
    fn each_field_has_its_old_and_its_new_value() {
        let data = json!({
            "previous": { "due": null, "priority": "none" },
            "task_data": { "due": { "date": "2026-11-22" }, "priority": "high", "title": "a" },
        });
        let changes = of(&["priority", "due"], &data);
        let change = |field: &str, old, new| FieldChange { field: field.into(), old, new };
        assert_eq!(changes[0], change("priority", json!("none"), json!("high")));
        assert_eq!(changes[1], change("due", Value::Null, json!({ "date": "2026-11-22" })));
        assert_eq!(changes.len(), 2);
    }

    #[test]
    fn an_event_of_an_older_release_has_names_alone() {
        assert_eq!(of(&["title"], &json!({ "task_data": { "title": "a" } })), []);
    }
}
