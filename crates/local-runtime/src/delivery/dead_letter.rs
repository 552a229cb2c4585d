//! Copies messages to a dead-letter topic of the same component.

use std::{sync::Arc, time::Duration};

use super::request::metadata;
use crate::{
    broker::{Broker, NewRecord, Record, Topic},
    pubsub::PubSub,
    resiliency::Policy,
};

/// Patience for the broker.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Messages of one partition to be copied.
pub(super) struct DeadLetters<'a> {
    pub(super) topic: &'a Topic,
    pub(super) partition: u32,
    pub(super) records: &'a [&'a Record],
}

impl DeadLetters<'_> {
    /// Publishes the original bytes with all metadata, hence under the same keys, and under the component's outbound
    /// policy. No reason is added, as daprd adds none.
    pub(super) async fn publish(
        &self,
        broker: &Broker,
        pubsub: &PubSub,
        policy: &Policy,
        dead_letter_topic: &str,
    ) -> Result<(), String> {
        if !pubsub.scopes.may_publish(dead_letter_topic) {
            return Err(format!("topic {dead_letter_topic} is not allowed for publishing"));
        }
        let publish = async {
            let target = broker.topic(&pubsub.cluster, dead_letter_topic).await;
            let target = target.map_err(|e| e.to_string())?;
            let copies = self.copies(&target)?;
            let appended = policy.run(|| broker.append(Arc::clone(&target), copies.clone())).await;
            appended.map_err(|failure| failure.to_string())
        };
        tokio::time::timeout(TIMEOUT, publish).await.map_err(|_| "timed out".to_owned())?
    }

    fn copies(&self, target: &Topic) -> Result<Vec<NewRecord>, String> {
        let copy = |record: &&Record| {
            let metadata = metadata(record, self.topic.name(), self.partition);
            NewRecord::place(target, metadata, record.body.clone())
        };
        self.records.iter().map(copy).collect()
    }
}
