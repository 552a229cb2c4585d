//! The `CloudEvents` 1.0 envelope around published data, as daprd writes it.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    clock,
    text::{duration::parse_ttl, go_json, trace::TraceParent},
};

/// Trace headers of the publishing request.
#[derive(Clone, Debug, Default)]
pub(crate) struct TraceContext {
    pub(crate) parent: Option<TraceParent>,
    pub(crate) state: String,
}

/// Everything that goes into an envelope.
pub(crate) struct Publication<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) pubsub: &'a str,
    pub(crate) topic: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) data: &'a [u8],
    /// Publish metadata; `cloudevent.*` override attributes, `ttlInSeconds` sets the expiry.
    pub(crate) metadata: &'a [(String, String)],
    pub(crate) trace: &'a TraceContext,
}

/// Content type without its parameters, in lower case.
pub(crate) fn base_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Wraps the data, or completes it when it is a `CloudEvent` already.
///
/// # Errors
/// Text for the caller when `application/cloudevents+json` holds no JSON object.
pub(crate) fn wrap(publication: &Publication<'_>) -> Result<String, String> {
    let now = clock::now();
    let mut event = if base_type(publication.content_type) == "application/cloudevents+json" {
        complete(publication, now)?
    } else {
        fresh(publication, now)
    };
    if let Some(ttl) = ttl(publication.metadata) {
        let expiration = now.checked_add_signed(ttl).unwrap_or(DateTime::<Utc>::MAX_UTC);
        event.insert("expiration".to_owned(), clock::rfc3339_seconds(expiration).into());
    }
    Ok(go_json::to_string(&Value::Object(event)))
}

/// Finds metadata by name whatever its case, as Dapr does for keys of its own.
pub(crate) fn find<'a>(metadata: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = metadata.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

fn ttl(metadata: &[(String, String)]) -> Option<chrono::TimeDelta> {
    let text = find(metadata, "ttlInSeconds").or_else(|| find(metadata, "ttl"))?;
    chrono::TimeDelta::from_std(parse_ttl(text)?).ok()
}

fn fresh(publication: &Publication<'_>, now: DateTime<Utc>) -> Map<String, Value> {
    let mut event = Map::new();
    let mut set = |key: &str, value: &str| drop(event.insert(key.to_owned(), value.into()));
    let overridden = |name: &str| find(publication.metadata, &format!("cloudevent.{name}"));
    let parent = publication.trace.parent.as_ref().map(TraceParent::as_str).unwrap_or_default();

    let id = overridden("id").map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
    set("id", &id);
    set("specversion", "1.0");
    set("type", overridden("type").unwrap_or("com.dapr.event.sent"));
    set("source", overridden("source").unwrap_or(publication.app_id));
    set("datacontenttype", publication.content_type);
    set("topic", publication.topic);
    set("pubsubname", publication.pubsub);
    set("time", &clock::rfc3339_seconds(now));
    set("traceid", overridden("traceid").unwrap_or(parent));
    set("traceparent", overridden("traceparent").unwrap_or(parent));
    set("tracestate", overridden("tracestate").unwrap_or(&publication.trace.state));
    if let Some(subject) = overridden("subject") {
        set("subject", subject);
    }
    let (key, data) = data(publication);
    event.insert(key.to_owned(), data);
    event
}

/// JSON that does not parse becomes a string without complaint, as do types like `application/foo+json`.
fn data(publication: &Publication<'_>) -> (&'static str, Value) {
    let text = || Value::String(String::from_utf8_lossy(publication.data).into_owned());
    match base_type(publication.content_type).as_str() {
        "application/json" => {
            ("data", serde_json::from_slice(publication.data).unwrap_or_else(|_| text()))
        }
        "application/octet-stream" => ("data_base64", STANDARD.encode(publication.data).into()),
        _ => ("data", text()),
    }
}

/// Passthrough: the caller's event with `topic` and `pubsubname` replaced and what is absent filled in. There is no
/// default for `id`, and trace fields are replaced unless `traceid` is there.
fn complete(
    publication: &Publication<'_>,
    now: DateTime<Utc>,
) -> Result<Map<String, Value>, String> {
    let mut event: Map<String, Value> =
        serde_json::from_slice(publication.data).map_err(|e| e.to_string())?;
    event.insert("topic".to_owned(), publication.topic.into());
    event.insert("pubsubname".to_owned(), publication.pubsub.into());
    if !event.contains_key("traceid") {
        let parent = publication.trace.parent.as_ref().map(TraceParent::as_str).unwrap_or_default();
        event.insert("traceid".to_owned(), parent.into());
        event.insert("traceparent".to_owned(), parent.into());
        if !publication.trace.state.is_empty() {
            event.insert("tracestate".to_owned(), publication.trace.state.as_str().into());
        }
    }
    let defaults = [
        ("time", clock::rfc3339_seconds(now)),
        ("source", "Dapr".to_owned()),
        ("type", "com.dapr.event.sent".to_owned()),
        ("specversion", "1.0".to_owned()),
    ];
    for (key, value) in defaults {
        event.entry(key).or_insert_with(|| value.into());
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(content_type: &str, data: &str, metadata: &[(&str, &str)]) -> Value {
        let metadata: Vec<_> =
            metadata.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let publication = Publication {
            app_id: "shop",
            pubsub: "events",
            topic: "orders",
            content_type,
            data: data.as_bytes(),
            metadata: &metadata,
            trace: &TraceContext::default(),
        };
        serde_json::from_str(&wrap(&publication).unwrap()).unwrap()
    }

    #[test]
    fn json_is_embedded_with_default_attributes() {
        let event = wrapped("application/json", r#"{"n":9007199254740993}"#, &[]);
        assert_eq!(event["data"]["n"], 9_007_199_254_740_993_i64);
        assert_eq!(event["type"], "com.dapr.event.sent");
        assert_eq!(event["source"], "shop");
        assert_eq!(event["topic"], "orders");
        assert_eq!(event["traceid"], "");
        assert!(Uuid::parse_str(event["id"].as_str().unwrap()).is_ok());
        assert!(event.get("subject").is_none() && event.get("expiration").is_none());
    }

    #[test]
    fn other_types_are_strings_or_base64() {
        assert_eq!(wrapped("text/plain", "{}", &[])["data"], "{}");
        assert_eq!(wrapped("application/vnd.x+json", "{}", &[])["data"], "{}");
        assert_eq!(wrapped("application/json", "{broken", &[])["data"], "{broken");
        assert_eq!(wrapped("application/octet-stream", "hi", &[])["data_base64"], "aGk=");
    }

    #[test]
    fn metadata_overrides_attributes_and_sets_the_expiry() {
        let metadata =
            [("CloudEvent.ID", "7"), ("cloudevent.type", "t.v1"), ("ttlInSeconds", "60")];
        let event = wrapped("application/json", "1", &metadata);
        assert_eq!((&event["id"], &event["type"]), (&"7".into(), &"t.v1".into()));
        assert!(event["expiration"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn complete_events_pass_with_topic_and_pubsub_replaced() {
        let event = wrapped(
            "application/cloudevents+json",
            r#"{"id":"9","topic":"lie","traceid":"t","data":1}"#,
            &[("cloudevent.id", "ignored")],
        );
        assert_eq!(event["id"], "9");
        assert_eq!(event["topic"], "orders");
        assert_eq!(event["source"], "Dapr");
        assert_eq!(event["traceid"], "t");
        assert!(event.get("traceparent").is_none());
    }
}
