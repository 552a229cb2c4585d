//! What a world reads out of its resource files, and writes into them.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};

/// The resource files of a folder.
pub(super) fn of_folder(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml"))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn documents(text: &str) -> Vec<Value> {
    // What is wrong with a file is for the runtime to say.
    serde_saphyr::from_multiple(text).unwrap_or_default()
}

fn is_kafka(document: &Value) -> bool {
    document["spec"]["type"] == "pubsub.kafka"
}

pub(super) fn has_broker(files: &[String]) -> bool {
    files.iter().any(|text| documents(text).iter().any(is_kafka))
}

/// Every topic that a subscription names.
pub(super) fn topics(files: &[String]) -> BTreeSet<String> {
    let documents = files.iter().flat_map(|text| documents(text));
    let subscriptions = documents.filter(|document| document["kind"] == "Subscription");
    let mut topics = BTreeSet::new();
    for subscription in subscriptions {
        for name in ["topic", "deadLetterTopic"] {
            topics.extend(subscription["spec"][name].as_str().map(str::to_owned));
        }
    }
    topics
}

/// Consumer groups that no other world has: members of worlds before would still be waited for, and their positions
/// taken over. `{appID}` alone is the default.
pub(super) fn with_own_groups(text: &str, world: &str) -> String {
    let mut documents = documents(text);
    let mut changed = false;
    for document in documents.iter_mut().filter(|document| is_kafka(document)) {
        let Some(items) = document["spec"]["metadata"].as_array_mut() else { continue };
        if !items.iter().any(|item| item["name"] == "consumerID" || item["name"] == "consumerGroup")
        {
            items.push(json!({ "name": "consumerID", "value": format!("{{appID}}-{world}") }));
            changed = true;
        }
    }
    if !changed {
        return text.to_owned();
    }
    // JSON is YAML.
    documents.iter().map(|document| format!("{document}\n---\n")).collect()
}
