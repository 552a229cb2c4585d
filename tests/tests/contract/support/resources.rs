//! Resource files.

/// A `pubsub.kafka` component named `events` with more metadata lines.
pub(crate) fn events_component(extra: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: events\nspec:\n  type: pubsub.kafka\n  \
         version: v1\n  metadata:\n  - { name: brokers, value: \"127.0.0.1:9092\" }\n  - { name: authType, value: none }\n  \
         - { name: initialOffset, value: oldest }\n",
    );
    for (name, value) in extra {
        text.push_str(&format!("  - {{ name: {name}, value: \"{value}\" }}\n"));
    }
    text
}

/// A subscription of `app` to a topic of `events`, at `/events/<topic>`.
pub(crate) fn subscription(app: &str, topic: &str, dead_letter_topic: Option<&str>) -> String {
    let dead = dead_letter_topic.map(|t| format!("  deadLetterTopic: {t}\n")).unwrap_or_default();
    format!(
        "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata:\n  name: {app}-{topic}\nspec:\n  pubsubname: events\n  \
         topic: {topic}\n  routes:\n    default: /events/{topic}\n{dead}scopes: [{app}]\n"
    )
}

/// A file that is there to be copied: `dapr/optional/<name>`.
pub(crate) fn optional(name: &str) -> String {
    let path: std::path::PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "dapr", "optional", name].iter().collect();
    std::fs::read_to_string(path).unwrap()
}
