//! Many messages in one delivery.

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt as _, future::join_all};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{DeadLetters, Delivery};
use crate::Destination;

const JSON: &[u8] = b"application/json";

/// What a subscription with `bulkSubscribe` sends
/// (<https://docs.dapr.io/developing-applications/building-blocks/pubsub/pubsub-bulk/>).
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The topic of all its messages.
    pub topic: String,
    #[serde(default)]
    pubsubname: String,
    entries: Vec<Entry>,
    #[serde(rename = "type")]
    _kind: Kind,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(rename = "entryId")]
    id: String,
    /// A CloudEvent, or with `rawPayload` what was published, in base64.
    event: Box<RawValue>,
    metadata: Option<Metadata>,
}

/// What Kafka's component says of a message.
#[derive(Debug, Deserialize)]
struct Metadata {
    /// Messages of one key are delivered in order; empty when it has none.
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

    /// Handles all messages at once, counts what becomes of them at `route`, and answers for each. One that the answer did not
    /// name would come again, as one does whose handling panicked; one to be dropped goes to `dead_letters`, and without them comes
    /// again until the sidecar has one made of it. When every message is to come again, so does the batch, as a 503.
    pub async fn settle<F>(
        self,
        route: Arc<str>,
        dead_letters: Option<DeadLetters>,
        handle: impl Fn(Arc<RawValue>) -> F,
    ) -> Response
    where
        F: Future<Output = Delivery>,
    {
        let Self { topic, pubsubname, entries, .. } = self;
        let from = Destination { pubsub: pubsubname, topic };
        let one = |Entry { id, event, metadata }| {
            let event = Arc::<RawValue>::from(event);
            let key = metadata.map_or_else(String::new, |metadata| metadata.key);
            let handled = AssertUnwindSafe(handle(Arc::clone(&event))).catch_unwind();
            let (route, dead_letters, from) = (&route, &dead_letters, &from);
            async move {
                let delivery = handled.await.unwrap_or_else(|_| panicked()).counted(route);
                let delivery = match (delivery, dead_letters) {
                    (Delivery::Drop { .. }, Some(to)) => to.take(from, &key, &event).await,
                    (Delivery::Drop { reason }, None) => Delivery::Retry { reason },
                    (delivery, _) => delivery,
                };
                (id, delivery)
            }
        };
        let settled = join_all(entries.into_iter().map(one)).await;
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
        "metadata":{},"entries":[{"entryId":"0","event":0,"metadata":{},"contentType":"x"},{"entryId":"1","event":1,"metadata":null}]}"#;

    fn read(body: &str) -> Option<Batch> {
        let json = HeaderMap::from_iter([(CONTENT_TYPE, "application/json".parse().unwrap())]);
        assert!(Batch::read(&HeaderMap::new(), body.as_bytes()).is_none());
        Batch::read(&json, body.as_bytes())
    }

    async fn answer(handle: impl Fn(&str) -> Delivery) -> (u16, Value) {
        let batch = read(BATCH).unwrap();
        assert_eq!(batch.topic, "t");
        let answer = batch.settle("/t".into(), None, async |event| handle(event.get())).await;
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
    }

    #[tokio::test]
    async fn nothing_is_dropped_without_a_copy() {
        let dropped = |event: &str| match event {
            "0" => Delivery::Drop { reason: String::new() },
            _ => Delivery::Success,
        };
        let (status, body) = answer(dropped).await;
        assert_eq!((status, &body["statuses"][0]["status"]), (200, &json!("RETRY")));
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
