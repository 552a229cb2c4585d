//! Subscriptions in batches, and what applications answer to a batch.

use serde_json::{Value, json};

use super::{Received, app::Answer, subscription};

/// As [`subscription`], in batches of so many messages, or of what there is after so many milliseconds.
pub(crate) fn in_batches(
    app: &str,
    topic: &str,
    dead_letter_topic: Option<&str>,
    messages: u32,
    milliseconds: u32,
) -> String {
    let bounds = format!(
        "  bulkSubscribe: {{ enabled: true, maxMessagesCount: {messages}, maxAwaitDurationMs: {milliseconds} }}\n  routes:"
    );
    subscription(app, topic, dead_letter_topic).replace("  routes:", &bounds)
}

/// The data of a batch's entries.
pub(crate) fn data(call: &Received) -> Vec<Value> {
    let entries = call.json()["entries"].as_array().unwrap().clone();
    entries.iter().map(|entry| entry["event"]["data"].clone()).collect()
}

/// An answer with the same status for all entries, or for each by its data.
pub(crate) fn statuses(call: &Received, status: impl Fn(&Value) -> &'static str) -> Answer {
    let entries = call.json()["entries"].as_array().unwrap().clone();
    let statuses: Vec<_> = entries
        .iter()
        .map(|entry| json!({ "entryId": entry["entryId"], "status": status(&entry["event"]["data"]) }))
        .collect();
    (200, json!({ "statuses": statuses }).to_string())
}
