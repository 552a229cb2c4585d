//! One batch of items.

use std::collections::{BTreeMap, HashSet};

use futures_util::{StreamExt, future::join_all, stream};
use todo_dapr::BulkEvent;
use todo_events::Topic;
use tokio::time::Instant;

use super::{HOLD_BACK, RelayWorker, events::events_of, jobs::run_job};
use crate::store::{ItemKind, OutboxItem};

/// Calls of the scheduler at a time.
const JOB_CALLS: usize = 8;

/// Events for one topic, each with the place of the item it comes from.
type Outgoing = Vec<(u64, BulkEvent)>;

impl RelayWorker {
    pub(super) async fn carry_out(&mut self, mut items: Vec<OutboxItem>) {
        let now = Instant::now();
        self.held_back.retain(|_, until| *until > now);
        items.retain(|item| !self.held_back.contains_key(&item.key));
        // Handlers may hand over in another order than they committed.
        items.sort_unstable_by_key(|item| item.seq);
        let mut failed = HashSet::new();
        let mut topics: BTreeMap<&str, (Topic, Outgoing)> = BTreeMap::new();
        for item in &items {
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
        let mut jobs = Vec::new();
        for item in &items {
            if matches!(item.kind, ItemKind::ScheduleJob | ItemKind::CancelJob) {
                jobs.push(run_job(&self.dapr, item));
            }
        }
        let scheduling = stream::iter(jobs).buffer_unordered(JOB_CALLS).collect::<Vec<_>>();
        let (unpublished, unscheduled) = tokio::join!(publishing, scheduling);
        failed.extend(unpublished.into_iter().flatten());
        failed.extend(unscheduled.into_iter().flatten());
        self.settle(&items, &failed, now).await;
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
                metrics::counter!("events_published_total", "topic" => topic.name())
                    .increment((events.len() - failures.len()) as u64);
                failures.iter().filter_map(|failure| places.get(failure.index).copied()).collect()
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(%topic, error, events = events.len(), "events were not published");
                places
            }
        }
    }

    /// Forgets what is done, and holds back the keys of what is not.
    async fn settle(&mut self, items: &[OutboxItem], failed: &HashSet<u64>, now: Instant) {
        let (left, done): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| failed.contains(&item.seq));
        self.held_back.extend(left.into_iter().map(|item| (item.key.clone(), now + HOLD_BACK)));
        let done: Vec<u64> = done.into_iter().map(|item| item.seq).collect();
        if !done.is_empty()
            && let Err(error) = self.store.settle_outbox(&done).await
        {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, items = done.len(), "outbox items will be done again");
        }
    }
}
