//! The sidecar's files: a broker, the database, the state store, and the secrets.

use todo_local_runtime::test_resources::{ResourceFolder, TestResources};

/// Long enough for HS256.
pub(crate) const JWT_SECRET: &str = "a secret of the tests, 32 bytes or more";

/// The usual files; `model` is the address of an OpenAI-like API, for a component `llm`.
pub(crate) fn resources(database_url: &str, model: Option<&str>) -> ResourceFolder {
    let usual = TestResources::default()
        .broker("events")
        .database("tasks-db", database_url, "todo_tasks", "tasks,public")
        .state("state", database_url, "state")
        .secret_store("secrets", &[("jwt-secret", JWT_SECRET)]);
    let all = match model {
        None => usual,
        Some("echo") => usual.component("llm", "conversation.echo/v1", &[("model", "none")]),
        Some(endpoint) => {
            let metadata = [("endpoint", endpoint), ("key", "key-of-the-model"), ("model", "tiny")];
            usual.component("llm", "conversation.openai/v1", &metadata)
        }
    };
    all.write().unwrap()
}
