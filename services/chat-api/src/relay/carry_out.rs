//! One batch of items.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use todo_dapr::{BulkEvent, Dapr, FailurePolicy, Job, JobTime, OutgoingEvent};
use tokio::time::Instant;
use uuid::Uuid;

use super::{HOLD_BACK, RelayWorker};
use crate::store::{ItemKind, OutboxItem};

/// Calls of the scheduler at a time.
const JOB_CALLS: usize = 8;
/// How the scheduler tries a callback again; the sweep catches what even that misses.
const JOB_FAILURE: FailurePolicy =
    FailurePolicy::Constant { interval: Duration::from_secs(1), max_retries: Some(30) };

#[derive(Deserialize)]
struct JobPayload {
    due: String,
    data: Value,
}

impl RelayWorker {
    pub(super) async fn carry_out(&mut self, mut items: Vec<OutboxItem>) {
        let now = Instant::now();
        self.held_back.retain(|_, until| *until > now);
        items.retain(|item| !self.held_back.contains_key(&item.key));
        // Handlers may hand over in another order than they committed.
        items.sort_unstable_by_key(|item| item.seq);
        let (events, jobs): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.kind == ItemKind::Publish);
        let mut topics: BTreeMap<String, Vec<OutboxItem>> = BTreeMap::new();
        for event in events {
            topics.entry(event.topic.clone().unwrap_or_default()).or_default().push(event);
        }
        let published = futures_util::future::join_all(
            topics.into_iter().map(|(topic, items)| self.publish(topic, items)),
        );
        let scheduled =
            stream::iter(jobs).map(|item| self.run_job(item)).buffer_unordered(JOB_CALLS);
        let (published, scheduled) = tokio::join!(published, scheduled.collect::<Vec<_>>());
        let mut done = Vec::new();
        for outcome in published.into_iter().flatten().chain(scheduled) {
            match outcome {
                Ok(id) => done.push(id),
                Err(key) => {
                    self.held_back.insert(key, now + HOLD_BACK);
                }
            }
        }
        if !done.is_empty()
            && let Err(error) = self.store.settle_outbox(&done).await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                items = done.len(),
                "outbox items will be done again"
            );
        }
    }

    /// Publishes the items of one topic; answers, for each, its id, or the key that failed.
    async fn publish(&self, topic: String, items: Vec<OutboxItem>) -> Vec<Result<Uuid, String>> {
        let Some(destination) = self.topics.destination(&topic) else {
            tracing::error!(topic, "outbox items for an unknown topic stay where they are");
            return items.into_iter().map(|item| Err(item.key)).collect();
        };
        let events: Vec<BulkEvent> = items.iter().map(outgoing).collect();
        let mut outcome: Vec<_> = items.into_iter().map(|item| (item.id, item.key)).collect();
        match self.dapr.publish_bulk(&destination, &events).await {
            Ok(failures) if failures.is_empty() => {
                metrics::counter!("events_published_total", "topic" => topic)
                    .increment(events.len() as u64);
                outcome.into_iter().map(|(id, _)| Ok(id)).collect()
            }
            Ok(failures) => {
                tracing::warn!(
                    topic,
                    failed = failures.len(),
                    error = failures[0].error,
                    "some events were not published"
                );
                let failed = |index| failures.iter().any(|failure| failure.index == index);
                let mut index = 0;
                outcome
                    .drain(..)
                    .map(|(id, key)| {
                        index += 1;
                        if failed(index - 1) { Err(key) } else { Ok(id) }
                    })
                    .collect()
            }
            Err(error) => {
                tracing::warn!(
                    topic,
                    error = &error as &dyn std::error::Error,
                    events = events.len(),
                    "events were not published"
                );
                outcome.into_iter().map(|(_, key)| Err(key)).collect()
            }
        }
    }

    async fn run_job(&self, item: OutboxItem) -> Result<Uuid, String> {
        match job_call(&self.dapr, &item).await {
            Ok(()) => Ok(item.id),
            Err(error) => {
                tracing::warn!(job = item.key, error = &*error, "job was not changed");
                Err(item.key)
            }
        }
    }
}

async fn job_call(
    dapr: &Dapr,
    item: &OutboxItem,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if item.kind == ItemKind::CancelJob {
        return Ok(dapr.delete_job(&item.key).await?);
    }
    let payload: JobPayload = serde_json::from_str(item.payload.get())?;
    let job = Job {
        name: item.key.clone(),
        time: JobTime::Once(payload.due),
        data: payload.data,
        failure: JOB_FAILURE,
        overwrite: true,
    };
    dapr.schedule_job(&job).await?;
    Ok(())
}

fn outgoing(item: &OutboxItem) -> OutgoingEvent {
    OutgoingEvent {
        id: item.id.to_string(),
        kind: item.event_type.clone().unwrap_or_default(),
        partition_key: item.key.clone(),
        data: item.payload.clone(),
    }
}
