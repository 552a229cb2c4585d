//! Delivers the messages of one subscription, partition by partition.

use std::{sync::Arc, time::Duration};

use http::Method;

use super::{dead_letter, outcome::Outcome, request::Message, subscriptions::Active};
use crate::{
    app::{App, Session},
    broker::{Broker, Reader, Record, Topic},
    clock,
};

/// One subscription at work.
pub(super) struct Consumer {
    app: Arc<App>,
    broker: Arc<Broker>,
    subscription: Active,
    topic: Arc<Topic>,
}

/// Why a message was not simply handled, and what may still be done for it.
struct Unhandled {
    reason: String,
    /// Without a dead-letter topic it is given up rather than tried again.
    expendable: bool,
}

impl Unhandled {
    fn poison(reason: String) -> Self {
        Self { reason, expendable: false }
    }

    fn expendable(reason: &str) -> Self {
        Self { reason: reason.to_owned(), expendable: true }
    }
}

impl Consumer {
    pub(super) fn new(
        app: Arc<App>,
        broker: Arc<Broker>,
        subscription: Active,
        topic: Arc<Topic>,
    ) -> Self {
        Self { app, broker, subscription, topic }
    }

    pub(super) fn partitions(&self) -> u32 {
        self.topic.partitions()
    }

    /// Opens a partition at the group's position, waiting for the database if it must.
    pub(super) async fn open(&self, partition: u32) -> Reader {
        loop {
            match self.broker.reader(&self.subscription.pubsub.group, &self.topic, partition).await
            {
                Ok(reader) => return reader,
                Err(error) => {
                    tracing::error!(%error, "position of the consumer group not read");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Delivers one message after the other. A message counts as done only when it was handled, copied to the
    /// dead-letter topic, or given up by the rules; an abort in between leaves it for the next time.
    pub(super) async fn run(&self, partition: u32, mut reader: Reader, session: &Session) {
        loop {
            let next = tokio::select! {
                biased;
                () = session.pause.cancelled() => return,
                next = reader.next() => next,
            };
            let record = match next {
                Ok(record) => record,
                Err(error) => {
                    tracing::error!(%error, "messages not read");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            tokio::select! {
                settled = self.settle(&record, partition, session) => if !settled { return },
                () = session.abort.cancelled() => return,
            }
            let group = &self.subscription.pubsub.group;
            self.broker.commit(group, &self.topic, partition, record.offset + 1);
        }
    }

    /// Repeats as Kafka's handler retry does: every 5 seconds, for ever. False: the session ended before.
    async fn settle(&self, record: &Record, partition: u32, session: &Session) -> bool {
        let mut attempts = self.subscription.pubsub.handler_retry.attempts();
        loop {
            let Err(reason) = self.deliver(record, partition, session).await else { return true };
            if session.pause.is_cancelled() {
                return false;
            }
            tracing::warn!(
                app = self.app.id,
                topic = self.topic.name(),
                partition,
                offset = record.offset,
                reason,
                "message not handled, its partition waits"
            );
            let Some(pause) = attempts.pause(0.5) else {
                tracing::error!(
                    topic = self.topic.name(),
                    partition,
                    offset = record.offset,
                    "message skipped"
                );
                return true;
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = session.pause.cancelled() => return false,
            }
        }
    }

    /// One pass: the inbound policy, then the dead-letter topic. An error leaves the message to the handler retry.
    async fn deliver(
        &self,
        record: &Record,
        partition: u32,
        session: &Session,
    ) -> Result<(), String> {
        let Err(unhandled) = self.try_deliver(record, partition, session).await else {
            return Ok(());
        };
        let Some(dead_letter_topic) = &self.subscription.dead_letter_topic else {
            return if unhandled.expendable {
                let (topic, offset, reason) = (self.topic.name(), record.offset, &unhandled.reason);
                tracing::warn!(
                    app = self.app.id,
                    topic,
                    partition,
                    offset,
                    reason,
                    "message dropped"
                );
                Ok(())
            } else {
                Err(unhandled.reason)
            };
        };
        if session.pause.is_cancelled() {
            return Err(unhandled.reason);
        }
        tracing::warn!(
            app = self.app.id,
            topic = self.topic.name(),
            partition,
            offset = record.offset,
            reason = unhandled.reason,
            "message goes to the dead-letter topic"
        );
        let pubsub = &self.subscription.pubsub;
        dead_letter::publish(
            &self.broker,
            pubsub,
            dead_letter_topic,
            record,
            self.topic.name(),
            partition,
        )
        .await
        .map_err(|e| format!("{}; dead-letter topic: {e}", unhandled.reason))
    }

    async fn try_deliver(
        &self,
        record: &Record,
        partition: u32,
        session: &Session,
    ) -> Result<(), Unhandled> {
        let (pubsub, topic) = (&self.subscription.pubsub.name, self.topic.name());
        let message = Message::read(record, self.subscription.raw_payload, pubsub, topic)
            .map_err(|e| Unhandled::poison(format!("message is no event: {e}")))?;
        if message.is_expired(clock::now()) {
            return Err(Unhandled::expendable("message expired"));
        }
        let path = self
            .subscription
            .router
            .path(&message.event)
            .map_err(|e| Unhandled::poison(format!("routing rule: {e}")))?
            .ok_or_else(|| Unhandled::expendable("no rule matches"))?;
        let retry = self.subscription.policy.retry.as_ref();
        let mut attempts = retry.map(crate::resiliency::Retry::attempts);
        loop {
            let (status, reason) = match self.attempt(record, &message, partition, path).await {
                Outcome::Success => return Ok(()),
                Outcome::Drop(reason) => return Err(Unhandled { reason, expendable: true }),
                Outcome::Failed { status, reason } => (status, reason),
            };
            let applies = retry.is_some_and(|retry| retry.applies_to(status));
            let pause = attempts.as_mut().filter(|_| applies).and_then(|a| a.pause(random()));
            let Some(pause) = pause else { return Err(Unhandled::poison(reason)) };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = session.pause.cancelled() => return Err(Unhandled::poison(reason)),
            }
        }
    }

    async fn attempt(
        &self,
        record: &Record,
        message: &Message,
        partition: u32,
        path: &str,
    ) -> Outcome {
        let Some(channel) = &self.app.channel else {
            return Outcome::Failed { status: None, reason: "no application".to_owned() };
        };
        let headers =
            message.headers(record, &self.subscription.pubsub.name, self.topic.name(), partition);
        let call = channel.call(Method::POST, path, headers, message.body.clone());
        match self.subscription.policy.timeout {
            None => Outcome::of(call.await),
            Some(timeout) => match tokio::time::timeout(timeout, call).await {
                Ok(answer) => Outcome::of(answer),
                Err(_) => Outcome::Failed { status: None, reason: "timed out".to_owned() },
            },
        }
    }
}

/// A number in 0..1, to spread retries.
fn random() -> f64 {
    let (_, low) = uuid::Uuid::new_v4().as_u64_pair();
    f64::from(u32::try_from(low & 0xffff_ffff).unwrap_or_default()) / f64::from(u32::MAX)
}
