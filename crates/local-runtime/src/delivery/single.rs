//! Delivers one message after the other.

use http::Method;

use super::{
    consumer::{Consumer, next, pause},
    outcome::{Accepted, Rejected, outcome},
    request::Message,
};
use crate::{
    app::Session,
    broker::{Reader, Record},
    clock,
};

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

    fn expendable(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), expendable: true }
    }
}

/// Delivers until the session ends. A message counts as done only when it was handled, copied to the dead-letter topic,
/// or given up by the rules; an abort in between leaves it for the next time.
pub(super) async fn run(
    consumer: &Consumer,
    partition: u32,
    reader: &mut Reader,
    session: &Session,
) {
    while let Some(record) = next(reader, session).await {
        let delivery = Delivery { consumer, record: &record, partition, session };
        tokio::select! {
            settled = delivery.settle() => if !settled { return },
            () = session.abort.cancelled() => return,
        }
        consumer.commit(partition, record.offset + 1);
    }
}

/// One message on its way.
struct Delivery<'a> {
    consumer: &'a Consumer,
    record: &'a Record,
    partition: u32,
    session: &'a Session,
}

impl Delivery<'_> {
    /// Repeats as Kafka's handler retry does: every 5 seconds, for ever. False: the session ended before.
    async fn settle(&self) -> bool {
        let mut attempts = self.consumer.subscription.pubsub.handler_retry.attempts();
        loop {
            let Err(reason) = self.deliver().await else { return true };
            if self.session.pause.is_cancelled() {
                return false;
            }
            self.tell("message not handled, its partition waits", &reason);
            let Some(time) = attempts.pause(0.5) else {
                self.tell("message skipped", &reason);
                return true;
            };
            if !pause(time, self.session).await {
                return false;
            }
        }
    }

    /// One pass: the inbound policy, then the dead-letter topic. An error leaves the message to the handler retry.
    async fn deliver(&self) -> Result<(), String> {
        let Err(unhandled) = self.try_deliver().await else { return Ok(()) };
        if self.consumer.subscription.dead_letter_topic.is_none() {
            if unhandled.expendable {
                self.tell("message dropped", &unhandled.reason);
                return Ok(());
            }
            return Err(unhandled.reason);
        }
        if self.session.pause.is_cancelled() {
            return Err(unhandled.reason);
        }
        self.tell("message goes to the dead-letter topic", &unhandled.reason);
        let buried = self.consumer.bury(self.partition, &[self.record]).await;
        buried.map_err(|e| format!("{}; dead-letter topic: {e}", unhandled.reason))
    }

    async fn try_deliver(&self) -> Result<(), Unhandled> {
        let Consumer { subscription, topic, .. } = self.consumer;
        let (pubsub, topic) = (&subscription.pubsub.name, topic.name());
        let message = Message::read(self.record, subscription.raw_payload, pubsub, topic)
            .map_err(|e| Unhandled::poison(format!("message is no event: {e}")))?;
        if message.is_expired(clock::now()) {
            return Err(Unhandled::expendable("message expired"));
        }
        let path = subscription
            .router
            .path(&message.event)
            .map_err(|e| Unhandled::poison(format!("routing rule: {e}")))?
            .ok_or_else(|| Unhandled::expendable("no rule matches"))?;
        let mut run = subscription.policy.begin();
        loop {
            let failure = match run.attempt(self.attempt(&message, path)).await {
                Ok(Accepted::Handled) => return Ok(()),
                Ok(Accepted::Dropped(reason)) => return Err(Unhandled::expendable(reason)),
                Err(failure) => failure,
            };
            let again = match run.pause_after(&failure) {
                Some(time) => pause(time, self.session).await,
                None => false,
            };
            if !again {
                return Err(Unhandled::poison(failure.to_string()));
            }
        }
    }

    async fn attempt(&self, message: &Message, path: &str) -> Result<Accepted, Rejected> {
        let Consumer { app, subscription, topic, .. } = self.consumer;
        let Some(channel) = &app.channel else {
            return Err(Rejected { status: None, reason: "no application".to_owned() });
        };
        let pubsub = &subscription.pubsub.name;
        let headers = message.headers(self.record, pubsub, topic.name(), self.partition);
        outcome(channel.call(Method::POST, path, headers, message.body.clone()).await)
    }

    fn tell(&self, what: &'static str, reason: &str) {
        let (app, topic) = (&self.consumer.app.id, self.consumer.topic.name());
        let (partition, offset) = (self.partition, self.record.offset);
        tracing::warn!(app, topic, partition, offset, reason, "{what}");
    }
}
