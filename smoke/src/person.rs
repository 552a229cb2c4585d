//! Somebody who uses the API.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::problem::{Failure, answer};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Longer than any route takes by itself.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Shorter than the services keep an idle connection: a client that gives up later sends into one that is being closed.
const IDLE: Duration = Duration::from_secs(30);
/// Most tasks in one bulk request.
const BULK: usize = 200;

/// A user with connections of their own, which are kept as browsers keep them.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    client: Client,
    base: String,
    user: String,
    token: String,
}

impl Person {
    pub(crate) fn new(chat_api: &str, user: &str, token: String) -> anyhow::Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .pool_idle_timeout(IDLE)
            .build()
            .context("prepare an HTTP client")?;
        let base = chat_api.trim_end_matches('/').to_owned();
        Ok(Self { client, base, user: user.to_owned(), token })
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A request below `/api/{user}`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/{}{path}", self.base, self.user);
        self.client.request(method, url).bearer_auth(&self.token)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A new task under an idempotency key: sent again, it makes nothing more.
    pub(crate) fn add(&self, key: &str, task: &Value) -> RequestBuilder {
        self.request(Method::POST, "/tasks").header("idempotency-key", key).json(task)
    }

    /// The completion of a task; completing it again changes nothing.
    pub(crate) fn complete(&self, id: &str) -> RequestBuilder {
        self.request(Method::PATCH, &format!("/tasks/{id}/complete"))
    }

    /// Takes tasks back that were made for a proof.
    ///
    /// # Errors
    /// When a request fails; later ones are not sent.
    pub(crate) async fn delete(&self, ids: &[String]) -> Result<(), Failure> {
        for some in ids.chunks(BULK) {
            let request = self.request(Method::POST, "/tasks/bulk");
            answer(request.json(&json!({ "action": "delete", "ids": some }))).await?;
        }
        Ok(())
    }
}
