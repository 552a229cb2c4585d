//! Behind the service: its tables, what its sidecar calls, and what it told the sidecar.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use todo_dapr::{Invocation, Statement};

use crate::{stage::Stage, wire::Call};

impl Stage {
    /// Runs a statement of the test's own, which answers one JSON text and the end mark.
    pub(crate) async fn query(&self, text: &str) -> Value {
        let sql = self.sidecar().sql("tasks-db");
        sql.run(&Statement::new("test", text), &[]).await.unwrap()
    }

    /// The JSON of one expression.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.query(&format!("SELECT coalesce(to_jsonb({expression}), 'null')::text, 'end'")).await
    }

    /// Calls the service as its sidecar or another service would.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string().into();
        let call = Invocation::with_body("chat-api", method, path, body);
        let reply = self.sidecar().invoke(call).await.unwrap();
        (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
    }

    /// A tick of a cron binding.
    pub(crate) async fn tick(&self, name: &str) {
        let (status, body) = self.call(Method::POST, &format!("cron/{name}"), &Value::Null).await;
        assert!((200..300).contains(&status), "{name}: {status} {body}");
    }
}

/// Everything the service has told its sidecar since the test began to listen.
pub(crate) struct Heard<'a> {
    stage: &'a Stage,
    calls: Vec<Call>,
}

impl<'a> Heard<'a> {
    pub(crate) async fn since_now(stage: &'a Stage) -> Self {
        settled(stage).await;
        stage.wire.take();
        Self { stage, calls: vec![] }
    }

    fn calls(&mut self) -> &[Call] {
        self.calls.extend(self.stage.wire.take());
        &self.calls
    }

    /// The events of a topic so far, in the order in which they were published.
    pub(crate) fn events(&mut self, topic: &str) -> Vec<Value> {
        let path = format!("/v1.0/publish/bulk/events/{topic}");
        let published = self.calls().iter().filter(|call| call.path == path);
        let entries = published.flat_map(|call| {
            let entries: Vec<Value> = serde_json::from_slice(&call.body).unwrap();
            entries.into_iter().map(|entry| entry["event"].clone())
        });
        entries.collect()
    }

    /// Names of the jobs that were scheduled or, with DELETE, cancelled.
    pub(crate) fn jobs(&mut self, method: &Method) -> Vec<String> {
        let of = |call: &Call| call.path.strip_prefix("/v1.0/jobs/").map(str::to_owned);
        self.calls().iter().filter(|call| call.method == *method).filter_map(of).collect()
    }
}

/// Waits until everything that was committed has been carried out.
async fn settled(stage: &Stage) {
    eventually("an empty outbox", async || {
        (stage.value("(SELECT count(*) FROM outbox)").await == 0).then_some(())
    })
    .await;
}

/// Asks until there is an answer, at most for half a minute.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            match ask().await {
                Some(answer) => return answer,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, asking).await.unwrap_or_else(|_| panic!("never: {what}"))
}
