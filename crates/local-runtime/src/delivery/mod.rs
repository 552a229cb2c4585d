//! From the log to the application: subscriptions, routing, retries and dead letters.
//!
//! Each partition of a subscribed topic has a task of its own, which has one message in flight. That is what keeps the
//! order of a key, and why a message that keeps failing without a dead-letter topic blocks its partition. Replicas of an
//! application share the partitions.

mod bulk;
mod consumer;
mod dead_letter;
mod entry;
mod outcome;
mod request;
mod route;
mod single;
mod statuses;
mod subscriptions;

use std::sync::{Arc, PoisonError};

use serde::Serialize;
use tokio_util::task::TaskTracker;

use crate::{
    app::{App, Session},
    broker::Broker,
};
use consumer::Consumer;
use subscriptions::Active;

/// One line of `subscriptions` on the metadata route.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscribed {
    #[serde(rename = "pubsubname")]
    pubsub_name: String,
    topic: String,
    rules: Vec<SubscribedRule>,
    dead_letter_topic: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct SubscribedRule {
    #[serde(rename = "match", skip_serializing_if = "String::is_empty")]
    condition: String,
    path: String,
}

/// Subscribes an application that has just become healthy.
pub(crate) async fn start(
    app: &Arc<App>,
    broker: &Arc<Broker>,
    session: &Session,
    tasks: &TaskTracker,
) {
    let active = subscriptions::resolve(app).await;
    *app.subscribed.lock().unwrap_or_else(PoisonError::into_inner) =
        active.iter().map(Active::describe).collect();
    for subscription in active {
        let topic = loop {
            match broker.topic(&subscription.pubsub.cluster, &subscription.topic).await {
                Ok(topic) => break topic,
                Err(error) => {
                    tracing::error!(app = app.id, topic = subscription.topic, %error, "not subscribed yet");
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
            }
        };
        let consumer =
            Arc::new(Consumer::new(Arc::clone(app), Arc::clone(broker), subscription, topic));
        // Before the application counts as ready, so that nothing published from then on is missed.
        let member = Arc::new(consumer.join().await);
        for partition in 0..consumer.partitions() {
            let (consumer, member) = (Arc::clone(&consumer), Arc::clone(&member));
            let session = session.clone();
            tasks.spawn(async move { consumer.run(partition, &member, &session).await });
        }
    }
}
