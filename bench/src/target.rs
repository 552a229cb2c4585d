//! What is measured: a create, and the bare insert through the same sidecar.

use anyhow::ensure;
use reqwest::{Client, Method};
use serde_json::json;
use todo_tests::{Person, Product};

use crate::load::Request;

/// `POST /api/{user}/tasks`.
#[derive(Debug)]
pub(crate) struct Create(Person);

impl Create {
    pub(crate) fn new(person: &Person) -> Self {
        Self(person.clone())
    }
}

impl Request for Create {
    async fn send(&self) -> anyhow::Result<()> {
        let task = json!({ "title": "measure twice, cut once", "tags": ["bench"] });
        let answer = self.0.request(Method::POST, "/tasks").json(&task).send().await?;
        ensure!(answer.status() == 201, "create answered {}", answer.status());
        answer.bytes().await?;
        Ok(())
    }
}

/// One row through `bindings.postgresql` of chat-api's own sidecar.
#[derive(Debug)]
pub(crate) struct BareInsert {
    client: Client,
    url: String,
    token: String,
}

impl BareInsert {
    pub(crate) fn new(product: &Product) -> anyhow::Result<Self> {
        Ok(Self {
            client: Client::builder().no_proxy().build()?,
            url: format!("{}/v1.0/bindings/tasks-db", product.suite().sidecar_url("chat-api")?),
            token: product.suite().secrets().dapr_api_token.clone(),
        })
    }

    /// Whether the insert works: one row before anything is timed.
    pub(crate) async fn check(&self) -> anyhow::Result<()> {
        self.send().await
    }
}

impl Request for BareInsert {
    async fn send(&self) -> anyhow::Result<()> {
        let sql = "INSERT INTO idempotency_keys (user_id, key, fingerprint, response, created_at) \
                   VALUES ('bench', gen_random_uuid()::text, $1, '{}', now()) RETURNING key, 'end'";
        let body = json!({ "operation": "query", "metadata": { "sql": sql, "params": "[\"x\"]" } });
        let request = self.client.post(&self.url).header("dapr-api-token", &self.token).json(&body);
        let answer = request.send().await?;
        ensure!(answer.status() == 200, "the binding answered {}", answer.status());
        let rows = answer.bytes().await?;
        ensure!(rows.ends_with(b"\"end\"]]"), "the insert failed");
        Ok(())
    }
}
