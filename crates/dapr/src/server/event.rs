//! The envelope of a delivered event.

use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::TraceContext;

/// A CloudEvent 1.0 in JSON as the sidecar delivers it. `data` is left unread: its type says how to read it.
#[derive(Debug, Deserialize)]
pub struct CloudEvent {
    /// The publisher's id of the event, the same on each delivery.
    pub id: String,
    /// The type, such as `todo.task.created.v1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The publishing app.
    #[serde(default)]
    pub source: String,
    /// The topic it was published to; of a dead letter the one it came from.
    #[serde(default)]
    pub topic: String,
    /// The payload.
    pub data: Box<RawValue>,
    #[serde(default)]
    traceparent: Option<String>,
    #[serde(default)]
    traceid: Option<String>,
}

/// A body that is no CloudEvent: it can never be handled.
#[derive(Debug, thiserror::Error)]
#[error("the delivered body is not a CloudEvent")]
pub struct UnreadableEnvelope(#[from] serde_json::Error);

impl CloudEvent {
    /// Reads a delivered body.
    ///
    /// # Errors
    /// When it is not a CloudEvent with `id`, `type` and `data`.
    pub fn read(body: &[u8]) -> Result<Self, UnreadableEnvelope> {
        Ok(serde_json::from_slice(body)?)
    }

    /// The trace it belongs to: of this delivery when the sidecar says so, otherwise of the publisher.
    pub fn trace(&self, headers: &HeaderMap) -> Option<TraceContext> {
        let header = headers.get("traceparent").and_then(|value| value.to_str().ok());
        [header, self.traceparent.as_deref(), self.traceid.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|text| text.parse().ok())
    }

    /// What the payload says it follows from, in a member `correlation_id`.
    #[must_use]
    pub fn correlation_id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Tie {
            correlation_id: String,
        }
        serde_json::from_str(self.data.get()).ok().map(|Tie { correlation_id }| correlation_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"id":"1","type":"t","specversion":"1.0","source":"a","topic":"x",
        "traceid":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","traceparent":"","data":{"n":9007199254740993}}"#;

    #[test]
    fn data_keeps_its_bytes() {
        let event = CloudEvent::read(EVENT.as_bytes()).unwrap();
        assert_eq!(event.data.get(), r#"{"n":9007199254740993}"#);
        assert!(CloudEvent::read(b"{}").is_err());
        assert!(CloudEvent::read(b"[]").is_err());
        assert_eq!(event.correlation_id(), None);
    }

    #[test]
    fn a_payload_may_say_what_it_follows_from() {
        let text = EVENT.replace("9007199254740993", r#"1,"correlation_id":"c-1""#);
        let event = CloudEvent::read(text.as_bytes()).unwrap();
        assert_eq!(event.correlation_id().as_deref(), Some("c-1"));
    }

    #[test]
    fn the_delivery_header_wins_over_the_envelope() {
        let event = CloudEvent::read(EVENT.as_bytes()).unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(event.trace(&headers).unwrap().trace_id(), "0af7651916cd43dd8448eb211c80319c");
        let own = TraceContext::generate();
        headers.insert("traceparent", own.to_string().parse().unwrap());
        assert_eq!(event.trace(&headers), Some(own));
    }
}
