//! Fixed names, and how values are written.

use serde_json::Value;

/// The services, whose Deployments have the same names.
pub(crate) const APPS: [&str; 5] =
    ["audit", "chat-api", "notification", "recurring-task", "websocket"];
/// Where `tools/chart` renders for.
pub(crate) const NAMESPACE: &str = "todo";
/// How long Kubernetes waits for a pod to end when nothing is said.
pub(crate) const KUBERNETES_SECONDS: u64 = 30;

/// The texts of a list, or none.
pub(crate) fn strings(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A number, written as one or as a text.
pub(crate) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// `13s`, `2m` or `5` as seconds.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix('m') {
        Some(minutes) => (minutes, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    Some(number.parse::<u64>().ok()? * unit)
}
