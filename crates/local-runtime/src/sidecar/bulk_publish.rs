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
    let raw = is_raw(&pubsub, &request_metadata)?;
    let body = call.body().await.map_err(ApiError::malformed)?;
    let entries: Vec<Entry> =
        serde_json::from_slice(&body).map_err(|e| unmarshal(sidecar, &pubsub, topic, &e))?;
    let mut ids = HashSet::new();
    if entries.iter().any(|entry| entry.entry_id.is_empty() || !ids.insert(entry.entry_id.as_str()))
    {
        return Err(repeated(sidecar, &pubsub, topic));
    }
    let trace = call.trace(sidecar.app.configuration.spec.tracing.begins_traces());
    let target = open(sidecar, &pubsub, topic).await?;
    let mut records = Vec::with_capacity(entries.len());
    for entry in &entries {
        let data = data(entry).map_err(|()| mismatch(sidecar, &pubsub, topic))?;
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
            Bytes::from(wrap(&publication).map_err(|e| cannot_wrap(&pubsub, &e))?)
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

/// The entry's event as the bytes a single publish would have had; numbers went through a float64 on the way. An error
/// means that content type and event do not fit.
fn data(entry: &Entry) -> Result<Bytes, ()> {
    let content_type = base_type(&entry.content_type);
    let text = || entry.event.as_str().ok_or(());
    match content_type.as_str() {
        "application/json" | "application/cloudevents+json" => {
            Ok(go_json::to_string(&go_json::through_float64(entry.event.clone())).into())
        }
        "application/octet-stream" => Ok(STANDARD.decode(text()?).map_err(drop)?.into()),
        other if other.starts_with("text/") || other == "application/xml" => {
            Ok(text()?.to_owned().into())
        }
        _ => Err(()),
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

fn refused(pubsub: &PubSub, message: &str, reason: &str, metadata: Value) -> ApiError {
    ApiError::new(400, "ERR_PUBSUB_EVENTS_SER", message)
        .about("pubsub", &pubsub.name, message)
        .because(reason, metadata)
}

fn unmarshal(
    sidecar: &Sidecar,
    pubsub: &PubSub,
    topic: &str,
    error: &serde_json::Error,
) -> ApiError {
    let name = &pubsub.name;
    let message =
        format!("error when unmarshaling the request for topic {topic} pubsub {name}: {error}");
    let metadata = json!({"appID": sidecar.app.id});
    refused(pubsub, &message, "DAPR_PUBSUB_UNMARSHAL_EVENTS", metadata)
}

fn repeated(sidecar: &Sidecar, pubsub: &PubSub, topic: &str) -> ApiError {
    let (name, error) = (&pubsub.name, "entryId is duplicated or not present for entry");
    let message =
        format!("error marshaling events to bytes for topic {topic} pubsub {name}. error: {error}");
    let metadata = json!({"appID": sidecar.app.id, "error": error});
    refused(pubsub, &message, "DAPR_PUBSUB_MARSHAL_EVENTS", metadata)
}

fn mismatch(sidecar: &Sidecar, pubsub: &PubSub, topic: &str) -> ApiError {
    let (name, error) = (&pubsub.name, "error: mismatch between contentType and event");
    let message = format!(
        "error when marshalling cloud event envelope for topic {topic} pubsub {name}: {error}"
    );
    let metadata = json!({"appID": sidecar.app.id, "error": error});
    refused(pubsub, &message, "DAPR_PUBSUB_MARSHAL_ENVELOPE", metadata)
}

fn all_failed(entries: &[Entry], error: &str) -> Response {
    let failed: Vec<_> =
        entries.iter().map(|entry| json!({"entryId": entry.entry_id, "error": error})).collect();
    let body = json!({"failedEntries": failed, "errorCode": "ERR_PUBSUB_PUBLISH_MESSAGE"});
    json_response(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
}
