//! The lane to the broker.

use std::collections::{BTreeMap, HashSet};

use futures_util::future::join_all;
use todo_dapr::{BulkEvent, Dapr};
use todo_events::Topic;
use tokio_util::sync::CancellationToken;

use super::{Topics, events::events_of, lane::Lane};
use crate::{metrics, store::OutboxItem};

/// Events for one topic, each with the place of the item it comes from.
type Outgoing = Vec<(u64, BulkEvent)>;

#[derive(Debug)]
pub(super) struct Publishing {
    lane: Lane,
    dapr: Dapr,
    topics: Topics,
}

impl Publishing {
    pub(super) fn new(lane: Lane, dapr: Dapr, topics: Topics) -> Self {
        Self { lane, dapr, topics }
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        while let Some(items) = self.lane.next(&stop).await {
            let failed = self.carry_out(&items).await;
            self.lane.settle(&items, &failed);
        }
    }

    /// Publishes the events of all items; answers the places of those of which one was not taken.
    async fn carry_out(&self, items: &[OutboxItem]) -> HashSet<u64> {
        let mut failed = HashSet::new();
        let mut topics: BTreeMap<&str, (Topic, Outgoing)> = BTreeMap::new();
        for item in items {
            match events_of(item) {
                Ok(events) => {
                    for (topic, event) in events {
                        let (_, queue) =
                            topics.entry(topic.name()).or_insert_with(|| (topic, Vec::new()));
                        queue.push((item.seq, event));
                    }
                }
                Err(error) => {
                    tracing::error!(seq = item.seq, %error, "an outbox item cannot be read and stays");
                    failed.insert(item.seq);
                }
            }
        }
        let publishing =
            join_all(topics.into_values().map(|(topic, outgoing)| self.publish(topic, outgoing)));
        failed.extend(publishing.await.into_iter().flatten());
        failed
    }

    /// Publishes to one topic; answers the places of the items of which an event was not taken.
    async fn publish(&self, topic: Topic, outgoing: Outgoing) -> Vec<u64> {
        let (places, events): (Vec<u64>, Vec<BulkEvent>) = outgoing.into_iter().unzip();
        let Some(destination) = self.topics.destination(topic) else {
            tracing::error!(%topic, "outbox items for a topic that is not ours stay");
            return places;
        };
        match self.dapr.publish_bulk(&destination, &events).await {
            Ok(failures) => {
                if let Some(first) = failures.first() {
                    let (failed, error) = (failures.len(), &first.error);
                    tracing::warn!(%topic, failed, error, "some events were not published");
                }
                metrics::published(topic, events.len() - failures.len(), failures.len());
                failures.iter().filter_map(|failure| places.get(failure.index).copied()).collect()
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(%topic, error, events = events.len(), "events were not published");
                metrics::published(topic, 0, events.len());
                places
            }
        }
    }
}
