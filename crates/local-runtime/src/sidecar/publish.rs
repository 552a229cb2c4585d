//! `POST /v1.0/publish/{pubsub}/{topic}`.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Sidecar, error::ApiError, request::Call};
use crate::{
    broker::{NewRecord, Topic},
    pubsub::{
        PubSub,
        envelope::{Publication, find, wrap},
    },
};

/// Publishes one message; 204 after it is stored.
pub(super) async fn single(
    sidecar: &Sidecar,
    call: &mut Call,
    pubsub: &str,
    topic: &str,
) -> Result<Response, ApiError> {
    let pubsub = permitted(sidecar, pubsub, topic)?;
    let metadata = call.metadata();
    let raw = is_raw(&pubsub, &metadata)?;
    let body = call.body().await.map_err(|e| failed(&pubsub, topic, &e))?;
    let body = if raw {
        body
    } else {
        let trace = call.trace(sidecar.app.configuration.spec.tracing.begins_traces());
        let content_type =
            call.header("content-type").filter(|t| !t.is_empty()).unwrap_or("text/plain");
        let publication = Publication {
            app_id: &sidecar.app.id,
            pubsub: &pubsub.name,
            topic,
            content_type,
            data: &body,
            metadata: &metadata,
            trace: &trace,
        };
        Bytes::from(wrap(&publication).map_err(|e| cannot_wrap(&pubsub, &e))?)
    };
    let target = open(sidecar, &pubsub, topic).await?;
    let record =
        NewRecord::place(&target, metadata, body).map_err(|e| failed(&pubsub, topic, &e))?;
    append(sidecar, &pubsub, target, vec![record]).await.map_err(|e| failed(&pubsub, topic, &e))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The component, if it exists and lets this application publish to the topic.
pub(super) fn permitted(
    sidecar: &Sidecar,
    pubsub: &str,
    topic: &str,
) -> Result<Arc<PubSub>, ApiError> {
    let owner = &sidecar.app.id;
    let Some(component) = sidecar.app.components.pubsubs.get(pubsub) else {
        let message = format!("pubsub {pubsub} is not found");
        let error = ApiError::new(404, "ERR_PUBSUB_NOT_FOUND", message);
        return Err(error.because("DAPR_PUBSUB_NOT_FOUND", json!({})));
    };
    if !component.scopes.may_publish(topic) {
        let message = format!("topic {topic} is not allowed for app id {owner}");
        let metadata = json!({"topic": topic, "error": message});
        return Err(ApiError::new(403, "ERR_PUBSUB_FORBIDDEN", &message)
            .about("pubsub", pubsub, &message)
            .because("DAPR_PUBSUB_FORBIDDEN", metadata));
    }
    Ok(Arc::clone(component))
}

/// `metadata.rawPayload`: Go's spellings of a boolean.
pub(super) fn is_raw(pubsub: &PubSub, metadata: &[(String, String)]) -> Result<bool, ApiError> {
    match find(metadata, "rawPayload") {
        None | Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
        Some(other) => {
            let message = format!(
                "failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is '{other}'"
            );
            let metadata: Map<String, Value> =
                metadata.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
            Err(ApiError::new(400, "ERR_PUBSUB_REQUEST_METADATA", &message)
                .about("pubsub", &pubsub.name, &message)
                .because("DAPR_PUBSUB_METADATA_DESERIALIZATION", metadata.into()))
        }
    }
}

pub(super) fn cannot_wrap(pubsub: &PubSub, error: &str) -> ApiError {
    let message = "cannot create cloudevent";
    ApiError::new(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", message)
        .about("pubsub", &pubsub.name, message)
        .because("DAPR_PUBSUB_CLOUD_EVENT_CREATION", json!({"error": error}))
}

pub(super) fn failed(pubsub: &PubSub, topic: &str, error: &str) -> ApiError {
    let message =
        format!("error when publishing to topic {topic} in pubsub {}: {error}", pubsub.name);
    ApiError::new(500, "ERR_PUBSUB_PUBLISH_MESSAGE", &message)
        .about("pubsub", &pubsub.name, &message)
        .because("DAPR_PUBSUB_PUBLISH_MESSAGE", json!({"topic": topic, "error": error}))
}

/// The topic in the component's cluster.
pub(super) async fn open(
    sidecar: &Sidecar,
    pubsub: &PubSub,
    topic: &str,
) -> Result<Arc<Topic>, ApiError> {
    let opened = sidecar.shared.broker.topic(&pubsub.cluster, topic).await;
    opened.map_err(|e| failed(pubsub, topic, &e.to_string()))
}

/// Stores records under the component's outbound policy. A timeout does not undo the append, as with Kafka.
pub(super) async fn append(
    sidecar: &Sidecar,
    pubsub: &PubSub,
    topic: Arc<Topic>,
    records: Vec<NewRecord>,
) -> Result<(), String> {
    let policy = sidecar.app.resiliency.outbound(&pubsub.name, "Pubsub");
    let broker = &sidecar.shared.broker;
    let appended = policy.run(|| broker.append(Arc::clone(&topic), records.clone())).await;
    appended.map_err(|failure| failure.to_string())
}
