//! Fields of a task as the statements take them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::LEASE;
use crate::domain::{Origin, RecurrenceInput, ResolvedDue};

/// Who does it, when, and how long the outbox items are ours.
pub(super) fn stamp(input: &mut Value, origin: &Origin, now: DateTime<Utc>) {
    input["user_id"] = json!(origin.user);
    input["actor"] = json!(origin.actor);
    input["correlation_id"] = json!(origin.correlation);
    input["at"] = json!(now);
    input["lease"] = json!(LEASE);
}

/// A repeat without its anchor, which follows from the due.
pub(super) fn recurrence(recurrence: &RecurrenceInput) -> Value {
    json!({ "rule": recurrence.rule, "mode": recurrence.mode, "except": recurrence.except, "missed": 0 })
}

/// A due and everything that follows from it.
pub(super) fn write_due(target: &mut Map<String, Value>, due: &ResolvedDue) {
    target.insert("due".into(), json!(due.due));
    target.insert("due_at".into(), json!(due.due_at));
    target.insert("remind_from".into(), json!(due.remind_from));
    target.insert("due_start".into(), json!(due.start.to_string()));
    target.insert("zone".into(), json!(due.zone));
}
