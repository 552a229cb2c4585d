//! Publishing events, alone and in bulk.

use std::collections::HashMap;

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Dapr, Error, client::segment, error::ErrorBody};

/// A topic of a pub/sub component.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Destination {
    /// Component name.
    pub pubsub: String,
    /// Topic name.
    pub topic: String,
}

/// One event to publish; the sidecar wraps `data` in a CloudEvent.
#[derive(Debug, Clone)]
pub struct OutgoingEvent {
    /// `id` of the CloudEvent: the same each time this event is published, so that consumers can deduplicate.
    pub id: String,
    /// `type` of the CloudEvent.
    pub kind: String,
    /// Events of one key are delivered in order.
    pub partition_key: String,
    /// The payload. In bulk its integers above 2^53 lose precision on the way: send those as strings.
    pub data: Box<RawValue>,
}

/// An entry of a bulk publish: the position in the batch is its entry id.
pub type BulkEvent = OutgoingEvent;

/// An entry that the broker did not take; all others of its batch were published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkFailure {
    /// Position in the batch.
    pub index: usize,
    /// Why.
    pub error: String,
}

#[derive(Serialize)]
struct BulkEntry<'a> {
    #[serde(rename = "entryId")]
    entry_id: String,
    event: &'a RawValue,
    #[serde(rename = "contentType")]
    content_type: &'static str,
    metadata: HashMap<&'static str, &'a str>,
}

#[derive(Deserialize)]
struct BulkErrorBody {
    #[serde(rename = "failedEntries", default)]
    failed: Vec<FailedEntry>,
}

#[derive(Deserialize)]
struct FailedEntry {
    #[serde(rename = "entryId")]
    entry_id: String,
    #[serde(default)]
    error: String,
}

impl Dapr {
    /// Publishes one event (`POST /v1.0/publish/{pubsub}/{topic}`).
    ///
    /// # Errors
    /// When the sidecar or the broker did not take it. It may have reached the broker all the same.
    pub async fn publish(&self, to: &Destination, event: &OutgoingEvent) -> Result<(), Error> {
        let metadata = [
            ("partitionKey", event.partition_key.as_str()),
            ("cloudevent.id", &event.id),
            ("cloudevent.type", &event.kind),
        ];
        self.publish_with(to, &metadata, event.data.get()).await
    }

    /// Publishes an event to one partition of a topic, whatever its key would say (metadata `partitionNumber`).
    ///
    /// # Errors
    /// As [`Dapr::publish`]; a topic without such a partition is a failure of the broker.
    pub async fn publish_to_partition(
        &self,
        to: &Destination,
        partition: u32,
        kind: &str,
        data: &RawValue,
    ) -> Result<(), Error> {
        let partition = partition.to_string();
        let metadata = [("partitionNumber", partition.as_str()), ("cloudevent.type", kind)];
        self.publish_with(to, &metadata, data.get()).await
    }

    /// Publishes JSON as it is, without an envelope (metadata `rawPayload`).
    ///
    /// # Errors
    /// As [`Dapr::publish`].
    pub async fn publish_raw(
        &self,
        to: &Destination,
        key: &str,
        body: &RawValue,
    ) -> Result<(), Error> {
        self.publish_with(to, &[("rawPayload", "true"), ("partitionKey", key)], body.get()).await
    }

    async fn publish_with(
        &self,
        to: &Destination,
        metadata: &[(&str, &str)],
        body: &str,
    ) -> Result<(), Error> {
        let mut path = format!("/v1.0/publish/{}/{}", segment(&to.pubsub), segment(&to.topic));
        for (at, (name, value)) in metadata.iter().enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.extend(["metadata.", name, "=", &segment(value)]);
        }
        let request = self.request(Method::POST, &path).header("content-type", "application/json");
        self.send("publish", request.body(body.to_owned())).await.map(drop)
    }

    /// Publishes many events (`POST /v1.0/publish/bulk/{pubsub}/{topic}`) and says which ones failed.
    ///
    /// # Errors
    /// When nothing is known of any single entry: the sidecar is unreachable or refused the batch whole.
    pub async fn publish_bulk(
        &self,
        to: &Destination,
        events: &[BulkEvent],
    ) -> Result<Vec<BulkFailure>, Error> {
        const OPERATION: &str = "bulk publish";
        let entries: Vec<_> = events.iter().enumerate().map(bulk_entry).collect();
        let path = format!("/v1.0/publish/bulk/{}/{}", segment(&to.pubsub), segment(&to.topic));
        let request = self.request(Method::POST, &path).json(&entries);
        let answer = self.send_raw(OPERATION, request).await?;
        if answer.status.is_success() {
            return Ok(Vec::new());
        }
        let partial = serde_json::from_slice::<BulkErrorBody>(&answer.body)
            .ok()
            .filter(|body| !body.failed.is_empty())
            .filter(|_| answer.status == StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(body) = partial {
            return body.failed.into_iter().map(|entry| failure(OPERATION, entry)).collect();
        }
        let ErrorBody { code, message } = ErrorBody::read(&answer.body);
        Err(Error::Refused { operation: OPERATION, status: answer.status.as_u16(), code, message })
    }
}

fn bulk_entry((index, event): (usize, &BulkEvent)) -> BulkEntry<'_> {
    BulkEntry {
        entry_id: index.to_string(),
        event: &event.data,
        content_type: "application/json",
        metadata: HashMap::from([
            ("partitionKey", event.partition_key.as_str()),
            ("cloudevent.id", event.id.as_str()),
            ("cloudevent.type", event.kind.as_str()),
        ]),
    }
}

fn failure(operation: &'static str, entry: FailedEntry) -> Result<BulkFailure, Error> {
    let index = entry.entry_id.parse().map_err(|e| Error::unreadable(operation, e))?;
    Ok(BulkFailure { index, error: entry.error })
}
