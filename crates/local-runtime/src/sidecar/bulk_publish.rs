//! `POST /v1.0/publish/bulk/{pubsub}/{topic}`.

use std::collections::{BTreeMap, HashSet};

use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Sidecar,
    error::{ApiError, json_response},
    publish::{append, cannot_wrap, is_raw, open, permitted},
    request::Call,
};
use crate::{
    broker::NewRecord,
    pubsub::{
        PubSub,
        envelope::{Publication, TraceContext, base_type, wrap},
    },
    text::go_json,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    entry_id: String,
    #[serde(default)]
    event: Value,
    #[serde(default)]
    content_type: String,
    metadata: Option<BTreeMap<String, String>>,
}

/// Publishes many messages, in order per partition. Here all of them are stored or none.
pub(super) async fn bulk(
    sidecar: &Sidecar,
    call: &mut Call,
    pubsub: &str,
    topic: &str,
) -> Result<Response, ApiError> {
    let pubsub = permitted(sidecar, pubsub, topic)?;
    let request_metadata = call.metadata();
    let raw = is_raw(&request_metadata)?;
    let body = call.body().await.map_err(ApiError::malformed)?;
    let entries: Vec<Entry> =
        serde_json::from_slice(&body).map_err(|e| unmarshal(&pubsub, topic, &e.to_string()))?;
    let mut ids = HashSet::new();
    if entries.iter().any(|entry| entry.entry_id.is_empty() || !ids.insert(entry.entry_id.as_str()))
    {
        return Err(unmarshal(&pubsub, topic, "entryId is duplicated or not present for entry"));
    }
    let trace = call.trace(sidecar.app.configuration.spec.tracing.begins_traces());
    let target = open(sidecar, &pubsub, topic).await?;
    let mut records = Vec::with_capacity(entries.len());
    for entry in &entries {
        let data = data(entry).map_err(|e| unmarshal(&pubsub, topic, &e))?;
        // The request's metadata reach the envelope only of entries that have some themselves …
        let mut metadata: Vec<(String, String)> =
            entry.metadata.clone().unwrap_or_default().into_iter().collect();
        if entry.metadata.is_some() {
            merge(&mut metadata, &request_metadata, false);
        }
        let body = if raw {
            data
        } else {
            let publication = publication(sidecar, &pubsub, topic, entry, &data, &metadata, &trace);
            Bytes::from(wrap(&publication).map_err(|e| cannot_wrap(sidecar, &pubsub, &e))?)
        };
        // … but beat every entry's on the way to Kafka.
        merge(&mut metadata, &request_metadata, true);
        match NewRecord::place(&target, metadata, body) {
            Ok(record) => records.push(record),
            Err(error) => return Ok(all_failed(&entries, &error)),
        }
    }
    match append(sidecar, &pubsub, target, records).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => Ok(all_failed(&entries, &error)),
    }
}

fn publication<'a>(
    sidecar: &'a Sidecar,
    pubsub: &'a PubSub,
    topic: &'a str,
    entry: &'a Entry,
    data: &'a [u8],
    metadata: &'a [(String, String)],
    trace: &'a TraceContext,
) -> Publication<'a> {
    Publication {
        app_id: &sidecar.app.id,
        pubsub: &pubsub.name,
        topic,
        content_type: &entry.content_type,
        data,
        metadata,
        trace,
    }
}

/// The entry's event as the bytes a single publish would have had; numbers went through a float64 on the way.
fn data(entry: &Entry) -> Result<Bytes, String> {
    let content_type = base_type(&entry.content_type);
    let text = || entry.event.as_str().ok_or("event is not a string");
    match content_type.as_str() {
        "application/json" | "application/cloudevents+json" => {
            Ok(go_json::to_string(&go_json::through_float64(entry.event.clone())).into())
        }
        "application/octet-stream" => {
            Ok(STANDARD.decode(text()?).map_err(|e| e.to_string())?.into())
        }
        other if other.starts_with("text/") || other == "application/xml" => {
            Ok(text()?.to_owned().into())
        }
        _ => Err(format!("unsupported content type '{}'", entry.content_type)),
    }
}

fn merge(into: &mut Vec<(String, String)>, from: &[(String, String)], overwrite: bool) {
    for (key, value) in from {
        match into.iter_mut().find(|(known, _)| known == key) {
            Some(entry) if overwrite => entry.1.clone_from(value),
            Some(_) => {}
            None => into.push((key.clone(), value.clone())),
        }
    }
}

fn unmarshal(pubsub: &PubSub, topic: &str, error: &str) -> ApiError {
    let message = format!(
        "error when unmarshaling the request for topic {topic} pubsub {}: {error}",
        pubsub.name
    );
    ApiError::new(400, "ERR_PUBSUB_EVENTS_SER", message)
}

fn all_failed(entries: &[Entry], error: &str) -> Response {
    let failed: Vec<_> =
        entries.iter().map(|entry| json!({"entryId": entry.entry_id, "error": error})).collect();
    let body = json!({"failedEntries": failed, "errorCode": "ERR_PUBSUB_PUBLISH_MESSAGE"});
    json_response(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
}
