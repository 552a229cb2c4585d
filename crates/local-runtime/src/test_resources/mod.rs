//! Resource files for a test: components, subscriptions and policies in a temporary folder.
//!
//! A test of a service wants a sidecar with the service's own database role, a broker, quick retries, and perhaps some
//! of the product's files. It says so here instead of writing YAML:
//!
//! ```no_run
//! # async fn example(database: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use todo_local_runtime::test_resources::{Subscription, TestResources};
//!
//! let folder = TestResources::default()
//!     .broker("events")
//!     .database("audit-db", database, "todo_audit", "audit")
//!     .subscription(Subscription::new("audit", "reminders", "/events/reminders"))
//!     .retried_deliveries("events", Duration::from_millis(50), 100)
//!     .write()?;
//! let mut config = todo_local_runtime::RuntimeConfig::new(database);
//! config.resources = vec![folder.path().to_owned()];
//! # Ok(())
//! # }
//! ```

mod folder;
mod subscription;

use std::{collections::BTreeMap, io, path::PathBuf, time::Duration};

use serde_json::{Value, json};

pub use folder::ResourceFolder;
pub use subscription::Subscription;

/// Resources to be written. Documents are JSON, which is YAML too and needs no thought about quotes.
#[derive(Clone, Debug, Default)]
pub struct TestResources {
    documents: Vec<Value>,
    copies: Vec<PathBuf>,
    secrets: BTreeMap<String, String>,
}

impl TestResources {
    /// A component; `kind` is type and version, `bindings.http/v1`.
    #[must_use]
    pub fn component(mut self, name: &str, kind: &str, metadata: &[(&str, &str)]) -> Self {
        let (kind, version) = kind.split_once('/').unwrap_or((kind, "v1"));
        let items = metadata.iter().map(|(name, value)| json!({ "name": name, "value": value }));
        self.documents.push(json!({
            "apiVersion": "dapr.io/v1alpha1",
            "kind": "Component",
            "metadata": { "name": name },
            "spec": { "type": kind, "version": version, "metadata": items.collect::<Vec<_>>() },
        }));
        self
    }

    /// A `pubsub.kafka` component whose new groups begin with the oldest message. All of one test share their topics.
    #[must_use]
    pub fn broker(self, name: &str) -> Self {
        let metadata =
            [("brokers", "tests:9092"), ("authType", "none"), ("initialOffset", "oldest")];
        self.component(name, "pubsub.kafka/v1", &metadata)
    }

    /// A `bindings.postgresql` component that works under the service's own role and schemas: what the service may not do
    /// does not work in its tests either.
    #[must_use]
    pub fn database(self, name: &str, url: &str, role: &str, search_path: &str) -> Self {
        let url = with_parameters(url, &format!("role={role}&search_path={search_path}"));
        self.component(name, "bindings.postgresql/v1", &[("connectionString", &url)])
    }

    /// A `state.postgresql` component whose table is in that schema.
    #[must_use]
    pub fn state(self, name: &str, url: &str, schema: &str) -> Self {
        let url = with_parameters(url, &format!("search_path={schema}"));
        self.component(name, "state.postgresql/v2", &[("connectionString", &url)])
    }

    /// A `secretstores.local.file` component. [`ResourceFolder::secrets`] is what
    /// [`secrets_file`](crate::RuntimeConfig::secrets_file) wants.
    #[must_use]
    pub fn secret_store(self, name: &str, secrets: &[(&str, &str)]) -> Self {
        self.component(name, "secretstores.local.file/v1", &[("secretsFile", "secrets.json")])
            .secrets(secrets)
    }

    /// Secrets without a store of their own, for one among the copied files.
    #[must_use]
    pub fn secrets(mut self, secrets: &[(&str, &str)]) -> Self {
        let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.secrets.extend(secrets);
        self
    }

    /// A subscription.
    #[must_use]
    pub fn subscription(mut self, subscription: Subscription) -> Self {
        self.documents.push(subscription.document());
        self
    }

    /// Lets deliveries of a component be repeated this often, with this pause.
    #[must_use]
    pub fn retried_deliveries(mut self, component: &str, pause: Duration, retries: u32) -> Self {
        let retry =
            json!({ "duration": format!("{}ms", pause.as_millis()), "maxRetries": retries });
        let component = component.to_owned();
        self.documents.push(json!({
            "apiVersion": "dapr.io/v1alpha1",
            "kind": "Resiliency",
            "metadata": { "name": format!("deliveries-of-{component}") },
            "spec": {
                "policies": { "retries": { "quick": retry } },
                "targets": { "components": { component: { "inbound": { "retry": "quick" } } } },
            },
        }));
        self
    }

    /// A copy of an existing file, such as one of the product's own.
    #[must_use]
    pub fn copy_of(mut self, file: impl Into<PathBuf>) -> Self {
        self.copies.push(file.into());
        self
    }

    /// Writes everything into a new folder, which goes with the returned value.
    ///
    /// # Errors
    /// When a file cannot be written, or one to be copied cannot be read.
    pub fn write(self) -> io::Result<ResourceFolder> {
        ResourceFolder::fill(&self.documents, &self.copies, &self.secrets)
    }
}

fn with_parameters(url: &str, parameters: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources;

    #[test]
    fn what_is_written_is_what_the_runtime_reads() {
        let example = std::env::temp_dir().join(format!("example-{}.yaml", uuid::Uuid::new_v4()));
        let text = "{ apiVersion: dapr.io/v1alpha1, kind: Component, metadata: { name: copied }, spec: { type: bindings.cron } }";
        std::fs::write(&example, text).unwrap();
        let folder = TestResources::default()
            .broker("events")
            .database("db", "postgres://h/d?x=1", "r", "s,public")
            .secret_store("secrets", &[("key", "a \"quoted\" value")])
            .subscription(Subscription::new("a", "t", "/events/t").dead_letters("t.dead"))
            .subscription(Subscription::new("a", "t.dead", "/dead").raw())
            .retried_deliveries("events", Duration::from_millis(50), 3)
            .copy_of(&example)
            .write()
            .unwrap();
        let read = resources::load(&[folder.path().to_owned()]).unwrap();
        let mut names: Vec<_> = read.components.iter().map(|component| component.name()).collect();
        names.sort_unstable();
        assert_eq!(names, ["copied", "db", "events", "secrets"]);
        let database = read.components.iter().find(|component| component.name() == "db").unwrap();
        let url = database.spec.metadata[0].text();
        assert_eq!(url, "postgres://h/d?x=1&role=r&search_path=s,public");
        assert_eq!((read.subscriptions.len(), read.resiliency.len()), (2, 1));
        assert_eq!(read.subscriptions[0].spec.dead_letter_topic.as_deref(), Some("t.dead"));
        assert!(read.subscriptions[1].spec.raw_payload());
        let secrets = std::fs::read_to_string(folder.secrets()).unwrap();
        assert_eq!(secrets, r#"{"key":"a \"quoted\" value"}"#);
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
        std::fs::remove_file(&example).unwrap();
    }
}
