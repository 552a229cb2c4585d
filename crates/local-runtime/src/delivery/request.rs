//! The HTTP request that carries a message: headers, and the envelope around raw payloads.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    broker::Record,
    text::{go_json, trace::TraceParent},
};

/// A message as the application gets it.
pub(super) struct Message {
    /// The parsed event, for routing and expiry.
    pub(super) event: Value,
    pub(super) body: Bytes,
}

impl Message {
    /// Parses the stored bytes, which are delivered verbatim, or wraps opaque ones.
    ///
    /// # Errors
    /// The parser's words, when the bytes are no JSON object.
    pub(super) fn read(
        record: &Record,
        raw_payload: bool,
        pubsub: &str,
        topic: &str,
    ) -> Result<Self, String> {
        if raw_payload {
            let event = json!({
                // Not stable across deliveries: the bytes have no identity of their own.
                "id": Uuid::new_v4(),
                "specversion": "1.0",
                "datacontenttype": "application/octet-stream",
                "source": "Dapr",
                "type": "com.dapr.event.sent",
                "topic": topic,
                "pubsubname": pubsub,
                "data_base64": STANDARD.encode(&record.body),
            });
            let body = go_json::to_string(&event).into();
            return Ok(Self { event, body });
        }
        let event: Value = serde_json::from_slice(&record.body).map_err(|e| e.to_string())?;
        if !event.is_object() {
            return Err("not a JSON object".to_owned());
        }
        Ok(Self { event, body: record.body.clone() })
    }

    /// Whether `expiration` lies before `now`.
    pub(super) fn is_expired(&self, now: chrono::DateTime<chrono::Utc>) -> bool {
        let text = self.event.get("expiration").and_then(Value::as_str);
        let expiration = text.and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
        expiration.is_some_and(|expiration| expiration < now)
    }

    /// Kafka's metadata, the publisher's metadata, and the trace context, all as headers.
    pub(super) fn headers(
        &self,
        record: &Record,
        pubsub: &str,
        topic: &str,
        partition: u32,
    ) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in metadata(record, topic, partition) {
            set(&mut headers, &name, &value);
        }
        set(&mut headers, "pubsubName", pubsub);
        let field = |name: &str| self.event.get(name).and_then(Value::as_str);
        // A traceparent wins even when it is empty.
        if let Some(parent) =
            field("traceparent").or_else(|| field("traceid")).and_then(TraceParent::parse)
        {
            set(&mut headers, "traceparent", parent.as_str());
            set(&mut headers, "tracestate", field("tracestate").unwrap_or_default());
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/cloudevents+json"));
        headers
    }
}

/// All metadata of a message; a dead letter takes them along. Record headers win over what Kafka itself knows, so a dead
/// letter still carries topic, partition, offset and time of its first delivery.
pub(super) fn metadata(record: &Record, topic: &str, partition: u32) -> Vec<(String, String)> {
    let mut metadata = vec![
        ("__offset".to_owned(), record.offset.to_string()),
        ("__topic".to_owned(), topic.to_owned()),
        ("__timestamp".to_owned(), record.timestamp.to_string()),
        ("__partition".to_owned(), partition.to_string()),
    ];
    metadata.extend(record.key.iter().map(|key| ("__key".to_owned(), key.clone())));
    for (name, value) in &record.headers {
        match metadata.iter_mut().find(|(known, _)| known == name) {
            Some(entry) => entry.1.clone_from(value),
            None => metadata.push((name.clone(), value.clone())),
        }
    }
    metadata
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    let lower = name.to_ascii_lowercase();
    if value.is_empty()
        || matches!(lower.as_str(), "content-type" | "content-length" | "dapr-api-token")
    {
        return;
    }
    if let (Ok(name), Ok(value)) =
        (HeaderName::from_bytes(lower.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
    {
        headers.insert(name, value);
    }
}
