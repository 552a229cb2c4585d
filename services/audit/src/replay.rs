//! Publishing a dead letter again.

use serde::Deserialize;
use todo_dapr::{CloudEvent, Dapr, Destination, Error, OutgoingEvent};

use crate::{
    Config,
    domain::{DeadLetter, Encoding},
    metrics,
};

/// Publishes dead letters to where they came from; clones share the connection.
#[derive(Debug, Clone)]
pub(crate) struct Replay {
    dapr: Dapr,
    pubsub: String,
    task_events: String,
}

/// Why a letter was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    /// It is no CloudEvent, so no subscriber could read it this time either.
    #[error("only a CloudEvent can be replayed")]
    NotAnEvent,
    /// The sidecar or the broker did not take it.
    #[error("the dead letter could not be published")]
    Publish(#[source] Error),
}

/// What partition keys are made of.
#[derive(Default, Deserialize)]
struct Keys {
    task_id: Option<String>,
    user_id: Option<String>,
}

impl Replay {
    pub(crate) fn new(dapr: Dapr, config: &Config) -> Self {
        let (pubsub, task_events) = (config.pubsub.clone(), config.task_events.clone());
        Self { dapr, pubsub, task_events }
    }

    /// Publishes with the id, type and key it had. Every subscriber of the topic gets it again, and those who had it
    /// before know its id.
    pub(crate) async fn publish(&self, letter: &DeadLetter) -> Result<(), ReplayError> {
        let event = outgoing(letter, &self.task_events).ok_or(ReplayError::NotAnEvent)?;
        let to = Destination { pubsub: self.pubsub.clone(), topic: letter.source_topic.clone() };
        self.dapr.publish(&to, &event).await.map_err(ReplayError::Publish)?;
        metrics::replay();
        Ok(())
    }
}

fn outgoing(letter: &DeadLetter, task_events: &str) -> Option<OutgoingEvent> {
    if letter.body_encoding != Encoding::Utf8 {
        return None;
    }
    let event = CloudEvent::read(letter.body.as_bytes()).ok()?;
    let keys: Keys = serde_json::from_str(event.data.get()).unwrap_or_default();
    let key = if letter.source_topic == task_events { keys.task_id } else { keys.user_id };
    Some(OutgoingEvent {
        partition_key: key.unwrap_or_else(|| event.id.clone()),
        id: event.id,
        kind: event.kind,
        data: event.data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(topic: &str, body: &str) -> DeadLetter {
        let letter = serde_json::json!({
            "id": "0198c0de-0000-7000-8000-000000000001", "dead_letter_topic": format!("{topic}.x.dead"),
            "source_topic": topic, "source_app": "x", "event_id": null, "event_type": null, "reason": "",
            "body_encoding": "utf8", "body": body,
        });
        serde_json::from_value(letter).unwrap()
    }

    #[test]
    fn id_type_and_key_stay() {
        let body =
            r#"{"id":"e1","type":"todo.task.created.v1","data":{"task_id":"t","user_id":"u"}}"#;
        for (topic, key) in [("task-events", "t"), ("reminders", "u")] {
            let event = outgoing(&letter(topic, body), "task-events").unwrap();
            assert_eq!(
                (&*event.id, &*event.kind, &*event.partition_key),
                ("e1", "todo.task.created.v1", key)
            );
        }
    }

    #[test]
    fn what_is_no_event_stays_where_it_is() {
        assert!(outgoing(&letter("reminders", "not json"), "task-events").is_none());
        let keyless =
            outgoing(&letter("reminders", r#"{"id":"e1","type":"x","data":[]}"#), "task-events");
        assert_eq!(keyless.unwrap().partition_key, "e1");
    }
}
