//! A client of one sidecar.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use todo_tests::within;

use super::PATIENCE;

/// Calls one sidecar, with the token it wants.
pub(crate) struct Sidecar {
    pub(crate) base: String,
    client: reqwest::Client,
    token: Option<String>,
}

impl Sidecar {
    pub(super) fn new(port: u16, client: reqwest::Client, token: Option<String>) -> Self {
        Self { base: format!("http://127.0.0.1:{port}"), client, token }
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.header("dapr-api-token", token),
            None => request,
        }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.call(Method::GET, path)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.call(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Publishes JSON to a topic of `events`; `query` begins with `?` or is empty.
    pub(crate) async fn publish(&self, topic: &str, query: &str, body: &Value) {
        let answer = self.post(&format!("/v1.0/publish/events/{topic}{query}"), body).await;
        assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
    }

    /// Runs one operation of a binding.
    pub(crate) async fn binding(
        &self,
        name: &str,
        operation: &str,
        sql: &str,
        params: &str,
    ) -> Response {
        let mut metadata = serde_json::json!({"sql": sql});
        if !params.is_empty() {
            metadata["params"] = params.into();
        }
        let body = serde_json::json!({"operation": operation, "metadata": metadata});
        self.post(&format!("/v1.0/bindings/{name}"), &body).await
    }

    pub(crate) async fn wait_until_ready(&self) {
        self.wait_for(async || self.has("/v1.0/healthz").await).await;
    }

    /// Whether a route answers 204.
    pub(super) async fn has(&self, path: &str) -> bool {
        self.get(path).send().await.is_ok_and(|answer| answer.status() == 204)
    }

    /// Asks again and again until it is so.
    pub(crate) async fn wait_for(&self, condition: impl AsyncFn() -> bool) {
        within(PATIENCE, "a condition", async || condition().await.then_some(())).await;
    }
}
