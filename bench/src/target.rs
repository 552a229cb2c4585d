//! What is measured: a create, and the bare insert through the same sidecar.

use anyhow::ensure;
use reqwest::{Client, Method};
use serde_json::json;
use todo_tests::{Person, Product};

use crate::load::Request;

/// `POST /api/{user}/tasks`; every client is a person of its own.
#[derive(Debug)]
pub(crate) struct Create(Vec<Person>);

impl Create {
    /// Signs the people in.
    pub(crate) async fn new(product: &Product, people: usize) -> anyhow::Result<Self> {
        let mut signed_in = Vec::with_capacity(people);
        for place in 0..people {
            signed_in.push(product.person(&format!("bench{place}")).await?);
        }
        Ok(Self(signed_in))
    }
}

impl Request for Create {
    async fn send(&self, client: usize) -> anyhow::Result<()> {
        let person = &self.0[client % self.0.len()];
        let task = json!({ "title": "measure twice, cut once", "tags": ["bench"] });
        let answer = person.request(Method::POST, "/tasks").json(&task).send().await?;
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
    /// Makes sure that the insert works before anything is timed.
    pub(crate) async fn new(product: &Product) -> anyhow::Result<Self> {
        let insert = Self {
            client: Client::builder().no_proxy().build()?,
            url: format!("{}/v1.0/bindings/tasks-db", product.suite().sidecar_url("chat-api")?),
            token: product.suite().secrets().dapr_api_token.clone(),
        };
        insert.send(0).await?;
        Ok(insert)
    }
}

impl Request for BareInsert {
    async fn send(&self, _client: usize) -> anyhow::Result<()> {
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
