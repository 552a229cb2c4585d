//! Positions of consumer groups, written behind the deliveries in batches.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{
    Topic,
    storage::{Position, Storage},
};
use crate::postgres::PostgresError;

/// Pause between two writes. A crash repeats at most what was delivered within it (sarama: 1 s).
const INTERVAL: Duration = Duration::from_millis(250);

/// Who shares a position.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// Where a group begins that has no position yet.
    pub(crate) initial: InitialOffset,
    /// A group whose name contains `{uuid}` cannot come back, so its position is not kept.
    pub(crate) ephemeral: bool,
}

/// Kafka's `initialOffset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitialOffset {
    Oldest,
    Newest,
}

type Key = (String, i32, i32);

/// Positions of all groups.
pub(super) struct Offsets {
    storage: Storage,
    changed: Mutex<HashMap<Key, i64>>,
    /// Positions of ephemeral groups, for as long as the process lives.
    ephemeral: Mutex<HashMap<Key, i64>>,
    flushing: tokio::sync::Mutex<()>,
    /// One first visit at a time: two replicas that start together must find the same beginning.
    visiting: tokio::sync::Mutex<()>,
}

fn key(group: &Group, topic: &Topic, partition: u32) -> Key {
    (group.name.clone(), topic.id(), partition.cast_signed())
}

impl Offsets {
    pub(super) fn new(storage: Storage) -> Self {
        Self {
            storage,
            changed: Mutex::default(),
            ephemeral: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
            visiting: tokio::sync::Mutex::default(),
        }
    }

    /// Where a group continues. A first visit fixes the beginning, so that a group beginning at the newest record
    /// misses nothing published from then on.
    pub(super) async fn position(
        &self,
        group: &Group,
        topic: &Topic,
        partition: u32,
    ) -> Result<i64, PostgresError> {
        let _visiting = self.visiting.lock().await;
        let key = key(group, topic, partition);
        let noted = if group.ephemeral { &self.ephemeral } else { &self.changed };
        if let Some(next) = noted.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(*next);
        }
        let end = topic.log(partition).end();
        if group.ephemeral && group.initial == InitialOffset::Newest {
            self.commit(group, topic, partition, end);
            return Ok(end);
        }
        let (stored, first) = self.storage.position(&group.name, topic, partition).await?;
        if let (Some(stored), false) = (stored, group.ephemeral) {
            return Ok(stored);
        }
        let next = match group.initial {
            InitialOffset::Oldest => first.unwrap_or(end),
            InitialOffset::Newest => end,
        };
        self.commit(group, topic, partition, next);
        Ok(next)
    }

    pub(super) fn commit(&self, group: &Group, topic: &Topic, partition: u32, next: i64) {
        let noted = if group.ephemeral { &self.ephemeral } else { &self.changed };
        let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.insert(key(group, topic, partition), next);
    }

    /// Writes what changed since the last time. On failure it stays noted, unless newer positions came meanwhile.
    pub(super) async fn flush(&self) -> Result<(), PostgresError> {
        let _flushing = self.flushing.lock().await;
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if changed.is_empty() {
            return Ok(());
        }
        let positions: Vec<_> = changed
            .iter()
            .map(|((group, topic, partition), next)| Position {
                group: group.clone(),
                topic: *topic,
                partition: *partition,
                next: *next,
            })
            .collect();
        self.storage.commit(&positions).await?;
        let mut noted = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|key, next| changed.get(key) != Some(next));
        Ok(())
    }

    /// Writes positions until `stop`.
    pub(super) async fn run(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = self.flush().await {
                tracing::warn!(%error, "positions of consumer groups not written");
            }
        }
    }
}
