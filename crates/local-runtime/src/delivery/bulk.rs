//! Delivers many messages a call (`bulkSubscribe`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::{
    consumer::{Consumer, next, pause},
    entry::{Entry, Prepared},
    outcome::Rejected,
    statuses::{Verdict, verdicts},
};
use crate::{
    app::Session,
    broker::{Reader, Record},
    resources::BulkSubscribe,
    text::go_json,
};

/// When a batch is full.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batches {
    messages: usize,
    every: Duration,
}

impl From<&BulkSubscribe> for Batches {
    /// Without bounds of its own a subscription has those of Kafka's component: 80 messages, 10 s.
    fn from(bulk: &BulkSubscribe) -> Self {
        let or = |value: u32, default: u32| if value == 0 { default } else { value };
        Self {
            messages: or(bulk.max_messages_count, 80) as usize,
            every: Duration::from_millis(or(bulk.max_await_duration_ms, 10_000).into()),
        }
    }
}

/// One partition read in batches.
pub(super) struct Bulk<'a> {
    consumer: &'a Consumer,
    partition: u32,
    batches: Batches,
}

/// A batch that no dead-letter topic took: it is delivered again as a whole.
struct Unhandled {
    /// Offset of the first failed message; those before are done.
    first: i64,
    reason: String,
}

impl<'a> Bulk<'a> {
    pub(super) fn new(consumer: &'a Consumer, partition: u32, batches: Batches) -> Self {
        Self { consumer, partition, batches }
    }

    /// Delivers until the session ends; what is gathered by then is left for the next time.
    pub(super) async fn run(&self, reader: &mut Reader, session: &Session) {
        let every = self.batches.every;
        let mut ticker = interval_at(Instant::now() + every, every);
        ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch: Vec<Arc<Record>> = Vec::new();
        loop {
            tokio::select! {
                record = next(reader, session) => {
                    let Some(record) = record else { return };
                    batch.push(record);
                    if batch.len() < self.batches.messages {
                        continue;
                    }
                    ticker.reset();
                }
                _ = ticker.tick() => {}
            }
            let Some(last) = batch.last().map(|record| record.offset) else { continue };
            tokio::select! {
                settled = self.settle(&batch, session) => if !settled { return },
                () = session.abort.cancelled() => return,
            }
            self.consumer.commit(self.partition, last + 1);
            batch.clear();
        }
    }

    /// Repeats as Kafka's handler retry does. False: the session ended before.
    async fn settle(&self, batch: &[Arc<Record>], session: &Session) -> bool {
        let pubsub = &self.consumer.subscription.pubsub;
        let _only = tokio::select! {
            only = pubsub.batch.lock() => only,
            () = session.pause.cancelled() => return false,
        };
        let mut attempts = pubsub.handler_retry.attempts();
        loop {
            let Err(unhandled) = self.deliver(batch, session).await else { return true };
            if session.pause.is_cancelled() {
                return false;
            }
            self.consumer.commit(self.partition, unhandled.first);
            self.tell("batch not handled, its partition waits", &unhandled.reason);
            let Some(time) = attempts.pause(0.5) else {
                self.tell("batch skipped", &unhandled.reason);
                return true;
            };
            if !pause(time, session).await {
                return false;
            }
        }
    }

    /// One pass: a call for each path under the inbound policy, then the dead-letter topic for what failed.
    async fn deliver(&self, batch: &[Arc<Record>], session: &Session) -> Result<(), Unhandled> {
        let (mut entries, mut dead, mut paths) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (at, record) in batch.iter().enumerate() {
            let Prepared { entry, copy } =
                Entry::prepare(self.consumer, self.partition, at, record);
            paths.extend(entry.is_pending().then(|| entry.path.clone()));
            dead.extend(copy.then(|| Arc::clone(record)));
            entries.push(entry);
        }
        for path in paths {
            self.call(&path, &mut entries, session).await;
        }
        dead.extend(entries.iter().filter(|entry| entry.dropped).map(Entry::record));
        // As with daprd, nothing is waited for when the copy of what is given up anyway fails.
        if let Err(error) = self.bury(&dead).await {
            self.tell("dropped messages not copied to the dead-letter topic", &error);
        }
        let failed: Vec<&Entry> = entries.iter().filter(|entry| entry.failed()).collect();
        let Some(first) = failed.first() else { return Ok(()) };
        let unhandled = |reason| Unhandled { first: first.record().offset, reason };
        if self.consumer.subscription.dead_letter_topic.is_none() || session.pause.is_cancelled() {
            return Err(unhandled(first.reason()));
        }
        self.tell("messages go to the dead-letter topic", &first.reason());
        let records: Vec<_> = failed.iter().map(|entry| entry.record()).collect();
        self.bury(&records).await.map_err(unhandled)
    }

    /// Sends the entries of one path, and those that failed again as the policy says.
    async fn call(&self, path: &str, entries: &mut [Entry], session: &Session) {
        let mut run = self.consumer.subscription.policy.begin();
        loop {
            let mine: Vec<&mut Entry> = entries
                .iter_mut()
                .filter(|entry| entry.path == path && entry.is_unsettled())
                .collect();
            let Err(failure) = run.attempt(self.attempt(path, mine)).await else { return };
            let again = match run.pause_after(&failure) {
                Some(time) => pause(time, session).await,
                None => false,
            };
            if !again {
                let unsettled =
                    entries.iter_mut().filter(|entry| entry.path == path && entry.is_pending());
                unsettled.for_each(|entry| entry.settle(Verdict::Failed(failure.to_string())));
                return;
            }
        }
    }

    async fn attempt(&self, path: &str, entries: Vec<&mut Entry>) -> Result<(), Rejected> {
        let nobody = || Rejected { status: None, reason: "no application".to_owned() };
        let channel = self.consumer.app.channel.as_ref().ok_or_else(nobody)?;
        let pubsub = &self.consumer.subscription.pubsub.name;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(HeaderValue::from_str(pubsub).ok().map(|name| (PUBSUB_NAME, name)));
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        let body = self.envelope(entries.iter().map(|entry| entry.item.clone()).collect());
        let answer = channel.call(Method::POST, path, headers, body).await;
        let mut rejected = None;
        for (entry, verdict) in entries.into_iter().zip(verdicts(answer, &ids)) {
            if let Verdict::Failed(reason) = &verdict {
                rejected = Some(Rejected { status: None, reason: reason.clone() });
            }
            entry.settle(verdict);
        }
        rejected.map_or(Ok(()), Err)
    }

    fn envelope(&self, entries: Vec<Value>) -> Bytes {
        let Consumer { subscription, topic, .. } = self.consumer;
        let pubsub = &subscription.pubsub.name;
        let envelope = BTreeMap::from([
            ("id", json!(Uuid::new_v4())),
            ("type", json!("com.dapr.event.sent.bulk")),
            ("topic", json!(topic.name())),
            ("pubsubname", json!(pubsub)),
            ("metadata", json!({ "pubsubName": pubsub })),
            ("entries", json!(entries)),
        ]);
        go_json::to_string(&json!(envelope)).into()
    }

    async fn bury(&self, records: &[Arc<Record>]) -> Result<(), String> {
        let records: Vec<&Record> = records.iter().map(|record| &**record).collect();
        self.consumer.bury(self.partition, &records).await
    }

    fn tell(&self, what: &'static str, reason: &str) {
        let (app, topic) = (&self.consumer.app.id, self.consumer.topic.name());
        tracing::warn!(app, topic, partition = self.partition, reason, "{what}");
    }
}

const PUBSUB_NAME: http::HeaderName = http::HeaderName::from_static("pubsubname");
