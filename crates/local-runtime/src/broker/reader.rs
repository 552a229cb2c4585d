//! One consumer's view of one partition.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::watch;

use super::{Record, Topic, log::Found, storage::Storage};
use crate::postgres::PostgresError;

/// How many records are taken from memory or table at once.
const CHUNK: usize = 128;

/// Yields records in order, waiting for new ones at the end.
pub(crate) struct Reader {
    storage: Storage,
    topic: Arc<Topic>,
    partition: u32,
    position: i64,
    ahead: VecDeque<Arc<Record>>,
    end: watch::Receiver<i64>,
}

impl Reader {
    pub(super) fn new(storage: Storage, topic: Arc<Topic>, partition: u32, position: i64) -> Self {
        let end = topic.log(partition).watch();
        Self { storage, topic, partition, position, ahead: VecDeque::new(), end }
    }

    /// The next record. Cancelling the future loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Arc<Record>, PostgresError> {
        loop {
            if let Some(record) = self.ahead.pop_front() {
                self.position = record.offset + 1;
                return Ok(record);
            }
            self.end.borrow_and_update();
            match self.topic.log(self.partition).read(self.position, CHUNK) {
                Found::Here(records) => self.ahead.extend(records),
                Found::InTable => self.load().await?,
                // The sender lives in the topic this reader holds, so it cannot be gone.
                Found::Nothing => drop(self.end.changed().await),
            }
        }
    }

    async fn load(&mut self) -> Result<(), PostgresError> {
        let end = self.topic.log(self.partition).end();
        let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let records = self.storage.read(&self.topic, self.partition, self.position, limit).await?;
        if records.is_empty() {
            // Retention removed what was here.
            self.position = end;
        }
        self.ahead.extend(records);
        Ok(())
    }
}
