//! Copies messages to a dead-letter topic of the same component.

use std::time::Duration;

use super::request::metadata;
use crate::{
    broker::{Broker, NewRecord, Record, Topic},
    pubsub::PubSub,
};

/// Patience for the broker.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Publishes the original bytes with all metadata, hence under the same keys. No reason is added, as daprd adds none.
pub(super) async fn publish(
    broker: &Broker,
    pubsub: &PubSub,
    dead_letter_topic: &str,
    topic: &Topic,
    messages: &[(&Record, u32)],
) -> Result<(), String> {
    if !pubsub.scopes.may_publish(dead_letter_topic) {
        return Err(format!("topic {dead_letter_topic} is not allowed for publishing"));
    }
    let publish = async {
        let target =
            broker.topic(&pubsub.cluster, dead_letter_topic).await.map_err(|e| e.to_string())?;
        let copy = |(record, partition): &(&Record, u32)| {
            let metadata = metadata(record, topic.name(), *partition);
            NewRecord::place(&target, metadata, record.body.clone())
        };
        let copies = messages.iter().map(copy).collect::<Result<Vec<_>, _>>()?;
        broker.append(target, copies).await.map_err(|e| e.to_string())
    };
    tokio::time::timeout(TIMEOUT, publish).await.map_err(|_| "timed out".to_owned())?
}
