//! Reads the partitions of one subscription that are this replica's, one after the other.

use std::{sync::Arc, time::Duration};

use super::{bulk::Bulk, dead_letter::DeadLetters, single, subscriptions::Active};
use crate::{
    app::{App, Session},
    broker::{Broker, Lease, Member, Reader, Record, Topic},
};

/// How long what is in flight may hold up a partition that was assigned to another replica (sarama's rebalance timeout).
/// After that both may have the same message.
const HAND_OVER: Duration = Duration::from_secs(60);

/// Pause before a failed read is tried again.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// One subscription at work in one replica.
pub(super) struct Consumer {
    pub(super) app: Arc<App>,
    broker: Arc<Broker>,
    pub(super) subscription: Active,
    pub(super) topic: Arc<Topic>,
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

    /// Joins the consumer group, waiting for the database if it must. Its positions are fixed from then on.
    pub(super) async fn join(&self) -> Member {
        let group = &self.subscription.pubsub.group;
        while let Err(error) = self.broker.enter(group, &self.topic).await {
            tracing::error!(%error, "positions of the consumer group not read");
            tokio::time::sleep(READ_AGAIN).await;
        }
        self.broker.join(group, &self.topic)
    }

    /// Reads the partition whenever it is this replica's, until the session pauses.
    pub(super) async fn run(&self, partition: u32, member: &Member, session: &Session) {
        loop {
            let lease = tokio::select! {
                biased;
                () = session.pause.cancelled() => break,
                lease = member.acquire(partition) => lease,
            };
            let turn = session.turn();
            tokio::select! {
                () = self.read(partition, &turn) => {}
                () = hand_over(&lease, &turn) => {}
            }
        }
        // The other partitions of this replica need not wait for those of them that still have something in flight.
        member.leave();
    }

    async fn read(&self, partition: u32, turn: &Session) {
        let group = &self.subscription.pubsub.group;
        let mut reader = self.broker.reader(group, &self.topic, partition);
        match &self.subscription.bulk {
            None => single::run(self, partition, &mut reader, turn).await,
            Some(bulk) => Bulk::new(self, partition, *bulk).run(&mut reader, turn).await,
        }
    }

    /// Copies messages of a partition to the dead-letter topic, if there is one.
    pub(super) async fn bury(&self, partition: u32, records: &[&Record]) -> Result<(), String> {
        let Some(dead_letter_topic) = &self.subscription.dead_letter_topic else { return Ok(()) };
        if records.is_empty() {
            return Ok(());
        }
        let pubsub = &self.subscription.pubsub;
        let policy = self.app.resiliency.outbound(&pubsub.name, "Pubsub");
        let copies = DeadLetters { topic: &self.topic, partition, records };
        copies.publish(&self.broker, pubsub, &policy, dead_letter_topic).await
    }

    /// Notes that everything before `next` is done.
    pub(super) fn commit(&self, partition: u32, next: i64) {
        self.broker.commit(&self.subscription.pubsub.group, &self.topic, partition, next);
    }
}

/// Ends the turn once the partition is somebody else's; what is in flight gets its time. Never returns: the turn does.
async fn hand_over(lease: &Lease, turn: &Session) {
    lease.revoked().await;
    turn.pause.cancel();
    tokio::time::sleep(HAND_OVER).await;
    turn.abort.cancel();
    std::future::pending::<()>().await;
}

/// The next value, unless the session pauses before; errors are told and tried again.
pub(super) async fn next(reader: &mut Reader, session: &Session) -> Option<Arc<Record>> {
    loop {
        let next = tokio::select! {
            biased;
            () = session.pause.cancelled() => return None,
            next = reader.next() => next,
        };
        match next {
            Ok(record) => return Some(record),
            Err(error) => {
                tracing::error!(%error, "messages not read");
                pause(READ_AGAIN, session).await;
            }
        }
    }
}

/// Waits; false when the session pauses before.
pub(super) async fn pause(time: Duration, session: &Session) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = session.pause.cancelled() => false,
    }
}
