//! The sidecars' files for one test: a broker, the database, the ways outside, and the subscriptions.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// A folder of resource files, removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(database_url: &str, world_port: u16, smtp_port: u16) -> Self {
        let path = env::temp_dir().join(format!("todo-notification-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        let documents = documents(database_url, world_port, smtp_port);
        for (number, document) in documents.iter().enumerate() {
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

fn documents(database_url: &str, world_port: u16, smtp_port: u16) -> Vec<String> {
    let separator = if database_url.contains('?') { '&' } else { '?' };
    // As the service's own role: what it may not do must not work here either.
    let database =
        format!("{database_url}{separator}role=todo_notification&search_path=notification");
    let hook = format!("http://127.0.0.1:{world_port}/hook");
    let kafka = [("brokers", "localhost:9092"), ("authType", "none"), ("initialOffset", "oldest")];
    vec![
        component("events", "pubsub.kafka/v1", &kafka),
        component("notification-db", "bindings.postgresql/v1", &[("connectionString", &database)]),
        component(
            "email",
            "bindings.smtp/v1",
            &[("host", "127.0.0.1"), ("port", &smtp_port.to_string())],
        ),
        component("webhook", "bindings.http/v1", &[("url", &hook)]),
        subscription("reminders", "notification"),
        subscription("task-updates", "notification"),
        subscription("notifications", "world"),
        RESILIENCY.to_owned(),
    ]
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

fn subscription(topic: &str, app: &str) -> String {
    format!(
        "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: {{ name: {app}-{topic} }}\nspec:\n  pubsubname: events\n  topic: {topic}\n  routes: {{ default: /events/{topic} }}\n  deadLetterTopic: {topic}.{app}.dead\nscopes: [{app}]\n"
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
