//! The newest records of one partition in memory, and the mark up to which the partition is committed.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use super::Record;

/// Bounds of what one partition keeps in memory.
const MAX_RECORDS: usize = 512;
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// One partition. Offsets below the first record kept here are read from the table.
pub(super) struct PartitionLog {
    tail: Mutex<Tail>,
    end: watch::Sender<i64>,
}

struct Tail {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
}

/// Answer of [`PartitionLog::read`].
pub(super) enum Found {
    /// Records from the asked offset on; at least one.
    Here(Vec<Arc<Record>>),
    /// Committed, but no longer in memory.
    InTable,
    /// Nothing committed at this offset yet.
    Nothing,
}

impl PartitionLog {
    /// `end` is the offset the next record gets.
    pub(super) fn new(end: i64) -> Self {
        let tail = Tail { records: VecDeque::new(), bytes: 0 };
        Self { tail: Mutex::new(tail), end: watch::Sender::new(end) }
    }

    /// The offset the next record gets.
    pub(super) fn end(&self) -> i64 {
        *self.end.borrow()
    }

    /// Changes with every commit.
    pub(super) fn watch(&self) -> watch::Receiver<i64> {
        self.end.subscribe()
    }

    /// Adds committed records with consecutive offsets and wakes the consumers.
    pub(super) fn push(&self, records: Vec<Arc<Record>>) {
        let Some(end) = records.last().map(|record| record.offset + 1) else { return };
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            tail.bytes += record.body.len();
            tail.records.push_back(record);
        }
        while tail.records.len() > MAX_RECORDS || tail.bytes > MAX_BYTES {
            let Some(oldest) = tail.records.pop_front() else { break };
            tail.bytes -= oldest.body.len();
        }
        drop(tail);
        self.end.send_replace(end);
    }

    /// Forgets what is in memory and takes the table's word for the end, after an append of unknown outcome.
    pub(super) fn reset(&self, end: i64) {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.records.clear();
        tail.bytes = 0;
        drop(tail);
        self.end.send_replace(end);
    }

    /// Looks for records at `offset`, returning at most `limit`.
    pub(super) fn read(&self, offset: i64, limit: usize) -> Found {
        if offset >= self.end() {
            return Found::Nothing;
        }
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = tail.records.front().map(|record| record.offset) else {
            return Found::InTable;
        };
        match usize::try_from(offset - first) {
            Ok(skip) => {
                let records: Vec<_> = tail.records.iter().skip(skip).take(limit).cloned().collect();
                if records.is_empty() { Found::InTable } else { Found::Here(records) }
            }
            Err(_) => Found::InTable,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn record(offset: i64) -> Arc<Record> {
        Arc::new(Record { offset, key: None, headers: vec![], body: Bytes::new(), timestamp: 0 })
    }

    #[test]
    fn serves_the_tail_and_refers_to_the_table() {
        let log = PartitionLog::new(5);
        assert!(matches!(log.read(5, 10), Found::Nothing));
        assert!(matches!(log.read(4, 10), Found::InTable));
        log.push((5..8).map(record).collect());
        let Found::Here(records) = log.read(6, 10) else { panic!("expected records") };
        assert_eq!(records.iter().map(|r| r.offset).collect::<Vec<_>>(), [6, 7]);
        log.reset(9);
        assert!(matches!(log.read(8, 10), Found::InTable));
        assert!(matches!(log.read(9, 10), Found::Nothing));
    }

    #[test]
    fn stays_bounded() {
        let log = PartitionLog::new(0);
        log.push((0..2000).map(record).collect());
        assert!(matches!(log.read(0, 1), Found::InTable));
        assert!(matches!(log.read(1999, 1), Found::Here(_)));
    }
}
