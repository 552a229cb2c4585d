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

/// Positions of all groups that were entered since the start, which nobody else moves.
pub(super) struct Offsets {
    storage: Storage,
    noted: Mutex<HashMap<Key, Noted>>,
    flushing: tokio::sync::Mutex<()>,
    /// One at a time: two replicas that start together must find the same beginning.
    entering: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy)]
struct Noted {
    next: i64,
    /// The table does not have it yet. Never so for ephemeral groups, which have no place there.
    unwritten: bool,
}

fn key(group: &Group, topic: &Topic, partition: u32) -> Key {
    (group.name.clone(), topic.id(), partition.cast_signed())
}

impl Offsets {
    pub(super) fn new(storage: Storage) -> Self {
        Self {
            storage,
            noted: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
            entering: tokio::sync::Mutex::default(),
        }
    }

    /// Finds where a group continues in all partitions of a topic. A first visit fixes the beginning, so that a group
    /// beginning at the newest record misses nothing published from then on.
    pub(super) async fn enter(&self, group: &Group, topic: &Topic) -> Result<(), PostgresError> {
        let _entering = self.entering.lock().await;
        if self.position(group, topic, 0).is_some() {
            return Ok(());
        }
        // Read before the table is, so that the beginning is not later than this call.
        let ends: Vec<i64> = (0..topic.partitions()).map(|at| topic.log(at).end()).collect();
        let found = self.storage.positions(&group.name, topic).await?;
        for (partition, (end, (stored, first))) in (0..).zip(ends.into_iter().zip(found)) {
            let beginning = match group.initial {
                InitialOffset::Oldest => first.unwrap_or(end),
                InitialOffset::Newest => end,
            };
            let stored = stored.filter(|_| !group.ephemeral);
            let unwritten = stored.is_none() && !group.ephemeral;
            let noted = Noted { next: stored.unwrap_or(beginning), unwritten };
            self.note(key(group, topic, partition), noted);
        }
        Ok(())
    }

    /// Where a group that was entered continues.
    pub(super) fn position(&self, group: &Group, topic: &Topic, partition: u32) -> Option<i64> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(&key(group, topic, partition)).map(|noted| noted.next)
    }

    pub(super) fn commit(&self, group: &Group, topic: &Topic, partition: u32, next: i64) {
        self.note(key(group, topic, partition), Noted { next, unwritten: !group.ephemeral });
    }

    fn note(&self, key: Key, noted: Noted) {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).insert(key, noted);
    }

    /// Writes what changed since the last time. On failure it stays noted, as does what changes meanwhile.
    pub(super) async fn flush(&self) -> Result<(), PostgresError> {
        let _flushing = self.flushing.lock().await;
        let unwritten = self.unwritten();
        if unwritten.is_empty() {
            return Ok(());
        }
        self.storage.commit(&unwritten).await?;
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        for Position { group, topic, partition, next } in unwritten {
            if let Some(noted) = noted.get_mut(&(group, topic, partition)) {
                noted.unwritten = noted.next != next;
            }
        }
        Ok(())
    }

    fn unwritten(&self) -> Vec<Position> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let unwritten = noted.iter().filter(|(_, noted)| noted.unwritten);
        let position = |((group, topic, partition), noted): (&Key, &Noted)| Position {
            group: group.clone(),
            topic: *topic,
            partition: *partition,
            next: noted.next,
        };
        unwritten.map(position).collect()
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
