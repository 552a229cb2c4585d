//! A subscription of a test.

use serde_json::{Value, json};

/// A subscription of one application to a topic of the component `events`, unless told otherwise.
#[derive(Clone, Debug)]
pub struct Subscription {
    app: String,
    topic: String,
    path: String,
    component: String,
    dead_letter_topic: Option<String>,
    raw: bool,
}

impl Subscription {
    /// Delivers the topic to the application's route `path`.
    #[must_use]
    pub fn new(app: &str, topic: &str, path: &str) -> Self {
        Self {
            app: app.to_owned(),
            topic: topic.to_owned(),
            path: path.to_owned(),
            component: "events".to_owned(),
            dead_letter_topic: None,
            raw: false,
        }
    }

    /// Reads another pub/sub component.
    #[must_use]
    pub fn of(self, component: &str) -> Self {
        Self { component: component.to_owned(), ..self }
    }

    /// Where messages go that cannot be handled.
    #[must_use]
    pub fn dead_letters(self, topic: &str) -> Self {
        Self { dead_letter_topic: Some(topic.to_owned()), ..self }
    }

    /// Takes messages as opaque bytes (`rawPayload`).
    #[must_use]
    pub fn raw(self) -> Self {
        Self { raw: true, ..self }
    }

    pub(super) fn document(self) -> Value {
        let mut spec = json!({
            "pubsubname": self.component,
            "topic": self.topic,
            "routes": { "default": self.path },
        });
        if let Some(topic) = self.dead_letter_topic {
            spec["deadLetterTopic"] = topic.into();
        }
        if self.raw {
            spec["metadata"] = json!({ "rawPayload": "true" });
        }
        json!({
            "apiVersion": "dapr.io/v2alpha1",
            "kind": "Subscription",
            "metadata": { "name": format!("{}-{}", self.app, self.topic) },
            "spec": spec,
            "scopes": [self.app],
        })
    }
}
