//! Copies a message to a dead-letter topic of the same component.

use std::time::Duration;

use super::request::metadata;
use crate::{
    broker::{Broker, NewRecord, Record},
    pubsub::PubSub,
};

/// Patience for the broker.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Publishes the original bytes with all metadata, hence under the same key. No reason is added, as daprd adds none.
pub(super) async fn publish(
    broker: &Broker,
    pubsub: &PubSub,
    dead_letter_topic: &str,
    record: &Record,
    topic: &str,
    partition: u32,
) -> Result<(), String> {
    if !pubsub.scopes.may_publish(dead_letter_topic) {
        return Err(format!("topic {dead_letter_topic} is not allowed for publishing"));
    }
    let publish = async {
        let target =
            broker.topic(&pubsub.cluster, dead_letter_topic).await.map_err(|e| e.to_string())?;
        let copy =
            NewRecord::place(&target, metadata(record, topic, partition), record.body.clone())?;
        broker.append(target, vec![copy]).await.map_err(|e| e.to_string())
    };
    tokio::time::timeout(TIMEOUT, publish).await.map_err(|_| "timed out".to_owned())?
}
