//! Many messages in one delivery.

use std::panic::AssertUnwindSafe;

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt as _, future::join_all};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Delivery;

const JSON: &[u8] = b"application/json";

/// What a subscription with `bulkSubscribe` sends
/// (<https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-bulk/>).
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The topic of all its messages.
    pub topic: String,
    /// The component that they come from.
    #[serde(default)]
    pub(super) pubsubname: String,
    entries: Vec<Entry>,
    #[serde(rename = "type")]
    _kind: Kind,
}

/// A message of a batch.
#[derive(Debug, Deserialize)]
pub struct Entry {
    #[serde(rename = "entryId")]
    id: String,
    /// A CloudEvent, or with `rawPayload` what was published, in base64.
    pub event: Box<RawValue>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

/// What Kafka's component says of a message.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(rename = "__key", default)]
    key: String,
}

/// Sets batches apart from events, which may have any other type.
#[derive(Debug, Deserialize)]
enum Kind {
    #[serde(rename = "com.dapr.event.sent.bulk")]
    Bulk,
}

#[derive(Serialize)]
struct Answer {
    statuses: Vec<Status>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    entry_id: String,
    status: &'static str,
}

impl Batch {
    /// Reads a delivered body, if it is a batch: those are `application/json`, and events `application/cloudevents+json`.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let json = headers.get(CONTENT_TYPE).is_some_and(|is| is.as_bytes().starts_with(JSON));
        json.then(|| serde_json::from_slice(body).ok()).flatten()
    }

    /// Handles all messages at once and answers for each of them. One that the answer did not name would come again, as one does
    /// whose handling panicked. When every message is to come again, so does the batch, as a 503.
    pub async fn settle<F>(self, handle: impl Fn(Entry) -> F) -> Response
    where
        F: Future<Output = Delivery>,
    {
        let one = |entry: Entry| {
            let entry_id = entry.id.clone();
            let handled = AssertUnwindSafe(handle(entry)).catch_unwind();
            async move { (entry_id, handled.await.unwrap_or_else(|_| panicked())) }
        };
        let settled = join_all(self.entries.into_iter().map(one)).await;
        let to_come_again = |(_, delivery): &(_, _)| matches!(delivery, Delivery::Retry { .. });
        let code = match !settled.is_empty() && settled.iter().all(to_come_again) {
            true => StatusCode::SERVICE_UNAVAILABLE,
            false => StatusCode::OK,
        };
        let status =
            |(entry_id, delivery): (_, Delivery)| Status { entry_id, status: delivery.status() };
        let statuses = settled.into_iter().map(status).collect();
        (code, Json(Answer { statuses })).into_response()
    }
}

impl Entry {
    /// Messages of one key are delivered in order; empty when it has none.
    pub(super) fn key(&self) -> &str {
        self.metadata.as_ref().map_or("", |metadata| &metadata.key)
    }
}

fn panicked() -> Delivery {
    tracing::error!("the handling of a message panicked");
    Delivery::Retry { reason: "its handling panicked".to_owned() }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::{Value, json};

    use super::*;

    const BATCH: &str = r#"{"id":"","type":"com.dapr.event.sent.bulk","topic":"t","pubsubname":"events",
        "metadata":{},"entries":[{"entryId":"0","event":0,"metadata":{},"contentType":"x"},{"entryId":"1","event":1}]}"#;

    fn read(body: &str) -> Option<Batch> {
        let json = HeaderMap::from_iter([(CONTENT_TYPE, "application/json".parse().unwrap())]);
        assert!(Batch::read(&HeaderMap::new(), body.as_bytes()).is_none());
        Batch::read(&json, body.as_bytes())
    }

    async fn answer(handle: impl Fn(&str) -> Delivery) -> (u16, Value) {
        let batch = read(BATCH).unwrap();
        assert_eq!(batch.topic, "t");
        let answer = batch.settle(async |entry| handle(entry.event.get())).await;
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    fn failed() -> Delivery {
        Delivery::Retry { reason: String::new() }
    }

    #[tokio::test]
    async fn each_entry_is_answered_for() {
        let mixed = answer(|event| if event == "0" { Delivery::Success } else { failed() }).await;
        let statuses =
            json!([{"entryId": "0", "status": "SUCCESS"}, {"entryId": "1", "status": "RETRY"}]);
        assert_eq!(mixed, (200, json!({ "statuses": statuses })));
        let dropped = answer(|_| Delivery::Drop { reason: String::new() }).await;
        assert_eq!((dropped.0, &dropped.1["statuses"][1]["status"]), (200, &json!("DROP")));
    }

    #[tokio::test]
    async fn a_batch_of_which_nothing_could_be_handled_is_refused() {
        let (status, body) = answer(|_| failed()).await;
        assert_eq!((status, &body["statuses"][0]["status"]), (503, &json!("RETRY")));
    }

    #[tokio::test]
    async fn one_that_panics_comes_again_and_spoils_no_other() {
        let handle = |event: &str| match event {
            "0" => panic!("a fault"),
            _ => Delivery::Success,
        };
        let (status, body) = answer(handle).await;
        let statuses =
            json!([{"entryId": "0", "status": "RETRY"}, {"entryId": "1", "status": "SUCCESS"}]);
        assert_eq!((status, &body["statuses"]), (200, &statuses));
    }

    #[test]
    fn an_event_is_no_batch() {
        let event = BATCH.replace("com.dapr.event.sent.bulk", "com.dapr.event.sent");
        assert!(read(&event).is_none());
        assert!(read("[]").is_none());
    }
}
