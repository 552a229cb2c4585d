//! A durable, partitioned log in PostgreSQL: what Kafka is to the real sidecars.
//!
//! Appends of all publishers go through one writer, which puts whatever waits into one INSERT: a lone publish costs one
//! round trip, a crowd shares it, and the order of offsets is the order of commits. Committed records also stay in
//! memory for a while, so a consumer that keeps up never reads the table. Consumer groups remember their position in
//! another table, written behind deliveries; a crash therefore repeats the last moments and loses nothing.

mod log;
mod members;
mod offsets;
mod partitioner;
mod reader;
mod record;
mod retention;
mod storage;
mod topic;
mod writer;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{members::Members, offsets::Offsets, storage::Storage, writer::Append};
pub(crate) use self::{
    members::{Lease, Member},
    offsets::{Group, InitialOffset},
    reader::Reader,
    record::{NewRecord, Record},
    topic::Topic,
};
use crate::{
    postgres::{Pool, PostgresError},
    resiliency::{Repeat, Repeatable},
};

/// A topic cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TopicError {
    #[error(
        "kafka server: The request attempted to perform an operation on an invalid topic: {0:?}"
    )]
    Name(String),
    #[error(transparent)]
    Postgres(#[from] PostgresError),
}

/// Kafka's rule: up to 249 letters, digits, `.`, `_` and `-`.
fn is_legal(topic: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=249).contains(&topic.len()) && topic.bytes().all(fits) && !matches!(topic, "." | "..")
}

/// A record was not stored, or nobody knows whether it was.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum AppendError {
    #[error("broker is not reachable: {0}")]
    Unavailable(String),
}

impl Repeatable for AppendError {
    /// The component calls everything it cannot do "unavailable", which is 503 in a policy's list.
    fn repeat(&self) -> Repeat {
        Repeat::IfListed(503)
    }
}

/// All topics of a runtime. Components naming the same `brokers` share them.
pub(crate) struct Broker {
    storage: Storage,
    topics: RwLock<HashMap<(String, String), Arc<Topic>>>,
    creation: tokio::sync::Mutex<()>,
    appends: mpsc::Sender<Append>,
    offsets: Arc<Offsets>,
    members: Members,
    partitions: u32,
}

impl Broker {
    /// Loads topics and positions and starts the writer, the committer and the cleaner.
    pub(crate) async fn open(
        pool: Arc<Pool>,
        partitions: u32,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Arc<Self>, PostgresError> {
        let storage = Storage::new(pool);
        storage.migrate().await?;
        let offsets = Arc::new(Offsets::new(storage.clone()));
        let (appends, queue) = mpsc::channel(1024);
        let mut topics = HashMap::new();
        for topic in storage.topics().await? {
            topics.insert((topic.cluster().to_owned(), topic.name().to_owned()), Arc::new(topic));
        }
        let broker = Arc::new(Self {
            storage: storage.clone(),
            topics: RwLock::new(topics),
            creation: tokio::sync::Mutex::new(()),
            appends,
            offsets: Arc::clone(&offsets),
            members: Members::default(),
            partitions: partitions.max(1),
        });
        tasks.spawn(writer::run(storage.clone(), queue, stop.clone()));
        let stopped = stop.clone();
        tasks.spawn(async move { offsets.run(stopped).await });
        tasks.spawn(retention::run(storage, stop.clone()));
        Ok(broker)
    }

    /// The topic, created with the runtime's number of partitions when it does not exist.
    pub(crate) async fn topic(&self, cluster: &str, name: &str) -> Result<Arc<Topic>, TopicError> {
        if !is_legal(name) {
            return Err(TopicError::Name(name.to_owned()));
        }
        let key = (cluster.to_owned(), name.to_owned());
        if let Some(topic) = self.known(&key) {
            return Ok(topic);
        }
        let _creating = self.creation.lock().await;
        if let Some(topic) = self.known(&key) {
            return Ok(topic);
        }
        let topic = Arc::new(self.storage.create_topic(cluster, name, self.partitions).await?);
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        topics.insert(key, Arc::clone(&topic));
        Ok(topic)
    }

    fn known(&self, key: &(String, String)) -> Option<Arc<Topic>> {
        self.topics.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Stores records in the order given, all or none. Returns after the commit.
    pub(crate) async fn append(
        &self,
        topic: Arc<Topic>,
        records: Vec<NewRecord>,
    ) -> Result<(), AppendError> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let gone = |_| AppendError::Unavailable("shutting down".to_owned());
        self.appends.send(Append { topic, records, reply }).await.map_err(|_| gone(()))?;
        answer.await.map_err(|_| gone(()))?
    }

    /// Joins a consumer group, which from then on shares the topic's partitions with one more member.
    pub(crate) fn join(&self, group: &Group, topic: &Topic) -> Member {
        self.members.join(group, topic)
    }

    /// Finds a consumer group's positions in a topic; the first time fixes them.
    pub(crate) async fn enter(&self, group: &Group, topic: &Topic) -> Result<(), PostgresError> {
        self.offsets.enter(group, topic).await
    }

    /// Opens one partition for a consumer group that was entered, at the group's position.
    pub(crate) fn reader(&self, group: &Group, topic: &Arc<Topic>, partition: u32) -> Reader {
        let position = self.offsets.position(group, topic, partition).unwrap_or_default();
        Reader::new(self.storage.clone(), Arc::clone(topic), partition, position)
    }

    /// Notes that a group is done with everything before `next`. Written to the table shortly after.
    pub(crate) fn commit(&self, group: &Group, topic: &Topic, partition: u32, next: i64) {
        self.offsets.commit(group, topic, partition, next);
    }

    /// Writes all noted positions now.
    pub(crate) async fn flush(&self) -> Result<(), PostgresError> {
        self.offsets.flush().await
    }
}
