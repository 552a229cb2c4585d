//! A signed-in person with a client for the API.

use anyhow::Context;
use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    client: reqwest::Client,
    base: String,
    user: String,
    token: String,
}

/// A whole answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body; null when there is none or it is no JSON.
    pub body: Value,
}

impl Person {
    pub(crate) async fn sign_in(
        client: reqwest::Client,
        base: String,
        user: String,
    ) -> anyhow::Result<Self> {
        let request =
            client.post(format!("{base}/auth/dev-login")).json(&json!({ "user_id": user }));
        let body: Value = request.send().await?.error_for_status()?.json().await?;
        let token = body["token"].as_str().context("sign-in answers a token")?.to_owned();
        Ok(Self { client, base, user, token })
    }

    /// The same person at another address: a product that was started again has other ports and knows its tokens.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same person with another token.
    #[must_use]
    pub fn with_token(&self, token: String) -> Self {
        Self { token, ..self.clone() }
    }

    /// The user id.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The bearer token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A request below `/api/{user}`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/{}{path}", self.base, self.user);
        self.client.request(method, url).bearer_auth(&self.token)
    }

    /// Sends a request.
    ///
    /// # Panics
    /// When there is no answer at all.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap_or_else(|error| panic!("no answer: {error:?}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap_or_default();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// Patches with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Makes a task and answers it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn add(&self, task: Value) -> Value {
        let answer = self.post("/tasks", task).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
        answer.body
    }

    /// Says something in the chat and answers the reply.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn say(&self, message: &str) -> Value {
        let answer = self.post("/chat", json!({ "message": message })).await;
        assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
        answer.body
    }

    /// The person's tasks, with a query.
    pub async fn tasks(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/tasks?limit=200{query}")).await;
        answer.body["tasks"].as_array().cloned().unwrap_or_default()
    }

    /// The person's audit trail of one task, newest first.
    pub async fn trail(&self, task: &str) -> Vec<Value> {
        let answer = self.get(&format!("/audit?task_id={task}&limit=100")).await;
        answer.body["entries"].as_array().cloned().unwrap_or_default()
    }
}
