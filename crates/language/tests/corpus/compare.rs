//! What was expected and what was seen.

use serde_json::{Map, Value};

use crate::observe::canonical;

/// Says nothing about meaning: names of tools, remarks, or what the rule text already says.
const SILENT: [&str; 5] = ["tool", "tz_rule", "wall_clock", "fold", "note"];
/// Not given for a new task means: has none.
const NONE_BY_DEFAULT: [&str; 7] =
    ["due", "priority", "tags", "project", "duration_minutes", "reminders", "recurrence"];

/// The first difference, in words.
pub(crate) fn difference(
    expected: &Map<String, Value>,
    seen: &Map<String, Value>,
) -> Option<String> {
    if let Some(found) = subset("", expected, seen) {
        return Some(found);
    }
    if expected.get("intent") != Some(&"add".into()) {
        return None;
    }
    let unexpected = |key: &&&str| {
        let value = seen.get(**key).unwrap_or(&Value::Null);
        !expected.contains_key(**key) && !value.is_null() && *value != Value::Array(Vec::new())
    };
    // A line that only pins the intent or the title down says nothing about the rest.
    let whole = expected.contains_key("due") || expected.contains_key("title");
    NONE_BY_DEFAULT
        .iter()
        .filter(|_| whole)
        .find(unexpected)
        .map(|key| format!("{key}: nothing expected, seen {}", seen[*key]))
}

/// Everything expected must be there; what is there beside it does not matter.
fn subset(path: &str, expected: &Map<String, Value>, seen: &Map<String, Value>) -> Option<String> {
    expected.iter().filter(|(key, _)| !SILENT.contains(&key.as_str())).find_map(|(key, wanted)| {
        let got = seen.get(key).unwrap_or(&Value::Null);
        values(&format!("{path}{key}"), key, wanted, got)
    })
}

fn values(path: &str, key: &str, wanted: &Value, got: &Value) -> Option<String> {
    let differs = || Some(format!("{path}: expected {wanted}, seen {got}"));
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => subset(&format!("{path}."), wanted, got),
        (Value::Array(list), Value::Array(other)) if list.len() == other.len() => {
            list.iter().zip(other).find_map(|(wanted, got)| values(path, key, wanted, got))
        }
        // `first_utc` may name fewer occurrences than were computed.
        (Value::Array(list), Value::Array(other))
            if key.starts_with("first") && list.len() < other.len() =>
        {
            (list[..] != other[..list.len()]).then(differs).flatten()
        }
        (Value::String(wanted), Value::String(got)) if key == "rrule" => {
            if canonical(wanted) == canonical(got) { None } else { differs() }
        }
        (Value::String(wanted), Value::String(got)) if key == "title_like" || key == "message" => {
            if got.to_lowercase().contains(&wanted.to_lowercase()) {
                None
            } else {
                differs()
            }
        }
        (wanted, got) if wanted == got => None,
        _ => differs(),
    }
}
