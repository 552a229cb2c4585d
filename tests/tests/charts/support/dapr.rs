//! How Dapr's components say things.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Object;

/// Metadata of a Kafka component that names a consumer group, in small letters: Dapr takes any.
pub(crate) const GROUP_NAMES: [&str; 2] = ["consumergroup", "consumerid"];

/// An item of a component's metadata.
pub(crate) fn metadata<'a>(component: &'a Object, name: &str) -> Option<&'a Value> {
    component.list("/spec/metadata").iter().find(|item| item["name"] == name)
}

/// Topics that `publishingScopes` (`app=topic,topic;app=topic`) lets an application publish to.
pub(crate) fn published<'a>(component: &'a Object, app: &str) -> BTreeSet<&'a str> {
    let scopes = metadata(component, "publishingScopes").and_then(|item| item["value"].as_str());
    let scopes = scopes.unwrap_or_default().split(';').filter_map(|scope| scope.split_once('='));
    let own = scopes.filter(|(name, _)| name.trim() == app);
    own.flat_map(|(_, topics)| topics.split(',').map(str::trim)).collect()
}
