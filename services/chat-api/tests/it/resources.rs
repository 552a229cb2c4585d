//! The sidecar's files for one test: a broker, the database, the state store, and the secrets.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use uuid::Uuid;

/// Long enough for HS256.
pub(crate) const JWT_SECRET: &str = "a secret of the tests, 32 bytes or more";

/// A folder of resource files, removed in the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(database_url: &str) -> Self {
        let path = env::temp_dir().join(format!("todo-chat-api-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        for (number, document) in documents(database_url).iter().enumerate() {
            fs::write(path.join(format!("{number}.yaml")), document).unwrap();
        }
        fs::write(path.join("secrets.json"), json!({ "jwt-secret": JWT_SECRET }).to_string())
            .unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn secrets(&self) -> PathBuf {
        self.0.join("secrets.json")
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
    let tasks = format!("{database_url}{separator}role=todo_tasks&search_path=tasks,public");
    let state = format!("{database_url}{separator}search_path=state");
    vec![
        component(
            "events",
            "pubsub.kafka/v1",
            &[("brokers", "localhost:9092"), ("authType", "none")],
        ),
        component("tasks-db", "bindings.postgresql/v1", &[("connectionString", &tasks)]),
        component("state", "state.postgresql/v2", &[("connectionString", &state)]),
        component("secrets", "secretstores.local.file/v1", &[("secretsFile", "secrets.json")]),
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
