//! The sidecars' files for one test: a broker, the database, and audit's subscriptions.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// A folder of resource files, removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(database_url: &str) -> Self {
        let path = env::temp_dir().join(format!("todo-audit-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        for (number, document) in documents(database_url).iter().enumerate() {
            fs::write(path.join(format!("{number}.yaml")), document).unwrap();
        }
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn documents(database_url: &str) -> Vec<String> {
    let separator = if database_url.contains('?') { '&' } else { '?' };
    // As the service's own role: what it may not do must not work here either.
    let database = format!("{database_url}{separator}role=todo_audit&search_path=audit");
    let mut documents = vec![
        component(
            "events",
            "pubsub.kafka/v1",
            &[("brokers", "localhost:9092"), ("authType", "none"), ("initialOffset", "oldest")],
        ),
        component("audit-db", "bindings.postgresql/v1", &[("connectionString", &database)]),
        RESILIENCY.to_owned(),
    ];
    for topic in ["task-events", "reminders", "notifications"] {
        let dead = format!("{topic}.audit.dead");
        documents.push(subscription(topic, &format!("/events/{topic}"), Some(&dead)));
        documents.push(subscription(&dead, "/events/dead-letters", None));
    }
    documents
}

fn component(name: &str, kind: &str, metadata: &[(&str, &str)]) -> String {
    let (kind, version) = kind.split_once('/').unwrap();
    let items: String = metadata
        .iter()
        .map(|(name, value)| format!("    - {{ name: {name}, value: \"{value}\" }}\n"))
        .collect();
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec:\n  type: {kind}\n  version: {version}\n  metadata:\n{items}"
    )
}

fn subscription(topic: &str, path: &str, dead: Option<&str>) -> String {
    let dead = match dead {
        Some(dead) => format!("  deadLetterTopic: {dead}\n"),
        None => "  metadata: { rawPayload: \"true\" }\n".to_owned(),
    };
    format!(
        "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: {{ name: audit-{topic} }}\nspec:\n  pubsubname: events\n  topic: {topic}\n  routes: {{ default: {path} }}\n{dead}scopes: [audit]\n"
    )
}

const RESILIENCY: &str = "apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: { name: all }
spec:
  policies:
    retries:
      inbound: { policy: constant, duration: 50ms, maxRetries: 100 }
  targets:
    components:
      events: { inbound: { retry: inbound } }
";
