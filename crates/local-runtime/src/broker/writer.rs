//! The single writer of the log.

use std::{sync::Arc, time::Duration};

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{AppendError, NewRecord, Topic, storage::Storage};
use crate::{clock, postgres::PostgresError};

/// Records of one publish call, to be stored together.
pub(super) struct Append {
    pub(super) topic: Arc<Topic>,
    pub(super) records: Vec<NewRecord>,
    pub(super) reply: oneshot::Sender<Result<(), AppendError>>,
}

/// A batch takes no further call once it holds this many records or bytes.
const MAX_RECORDS: usize = 1000;
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Between two looks whether the database is back.
const RECHECK: Duration = Duration::from_millis(200);

/// Writes until `stop`; what is queued by then is still written.
pub(super) async fn run(
    storage: Storage,
    mut queue: mpsc::Receiver<Append>,
    stop: CancellationToken,
) {
    loop {
        let first = tokio::select! {
            biased;
            first = queue.recv() => first,
            () = stop.cancelled() => return,
        };
        let Some(first) = first else { return };
        let batch = gather(first, &mut queue);
        write(&storage, batch, &mut queue).await;
    }
}

/// Takes what already waits, without waiting for more.
fn gather(first: Append, queue: &mut mpsc::Receiver<Append>) -> Vec<Append> {
    let size = |append: &Append| append.records.iter().map(|r| r.body.len()).sum::<usize>();
    let (mut records, mut bytes) = (first.records.len(), size(&first));
    let mut batch = vec![first];
    while records < MAX_RECORDS && bytes < MAX_BYTES {
        let Ok(next) = queue.try_recv() else { break };
        records += next.records.len();
        bytes += size(&next);
        batch.push(next);
    }
    batch
}

async fn write(storage: &Storage, batch: Vec<Append>, queue: &mut mpsc::Receiver<Append>) {
    let now = clock::now().timestamp_millis();
    let mut numbering = Numbering::default();
    let mut rows = Vec::new();
    for append in &batch {
        for record in &append.records {
            rows.push((&*append.topic, numbering.next(&append.topic, record.partition), record));
        }
    }
    let stored = storage.append(&rows, now).await;
    let offsets: Vec<i64> = rows.iter().map(|(_, offset, _)| *offset).collect();
    drop(rows);
    match stored {
        Ok(()) => publish(batch, &offsets, now),
        Err(error) => fail(storage, batch, queue, &error).await,
    }
}

/// Next offsets within one batch, on top of the committed ends.
#[derive(Default)]
struct Numbering(std::collections::HashMap<(i32, u32), i64>);

impl Numbering {
    fn next(&mut self, topic: &Topic, partition: u32) -> i64 {
        let next =
            self.0.entry((topic.id(), partition)).or_insert_with(|| topic.log(partition).end());
        *next += 1;
        *next - 1
    }
}

fn publish(batch: Vec<Append>, offsets: &[i64], now: i64) {
    let mut offsets = offsets.iter();
    for append in batch {
        let mut by_partition: Vec<Vec<_>> =
            (0..append.topic.partitions()).map(|_| Vec::new()).collect();
        for (record, offset) in append.records.into_iter().zip(offsets.by_ref()) {
            let partition = record.partition as usize;
            by_partition[partition].push(Arc::new(record.at(*offset, now)));
        }
        for (partition, records) in (0..).zip(by_partition) {
            append.topic.log(partition).push(records);
        }
        // A publisher that went away does not change what is stored.
        let _ = append.reply.send(Ok(()));
    }
}

/// After a lost connection nobody knows whether the batch was committed. Publishers are told it failed and repeat it,
/// as with Kafka; the ends of the partitions are read again before anything else is written.
async fn fail(
    storage: &Storage,
    batch: Vec<Append>,
    queue: &mut mpsc::Receiver<Append>,
    error: &PostgresError,
) {
    tracing::error!(%error, "append failed");
    let mut unsure: Vec<Arc<Topic>> = Vec::new();
    for append in batch {
        if unsure.iter().all(|topic| topic.id() != append.topic.id()) {
            unsure.push(append.topic);
        }
        let _ = append.reply.send(Err(AppendError::Unavailable(error.to_string())));
    }
    while let Some(topic) = unsure.last() {
        match storage.ends_of(topic).await {
            Ok(ends) => {
                reset(topic, &ends);
                unsure.pop();
            }
            Err(error) => {
                tracing::warn!(%error, "waiting for the database");
                refuse_for(RECHECK, queue, &error).await;
            }
        }
    }
}

fn reset(topic: &Topic, ends: &[i64]) {
    for (partition, end) in (0..).zip(ends) {
        if topic.log(partition).end() != *end {
            topic.log(partition).reset(*end);
        }
    }
}

/// Refuses what comes meanwhile, so that nobody waits for a database that is away.
async fn refuse_for(pause: Duration, queue: &mut mpsc::Receiver<Append>, error: &PostgresError) {
    let refusing = async {
        while let Some(append) = queue.recv().await {
            let _ = append.reply.send(Err(AppendError::Unavailable(error.to_string())));
        }
        std::future::pending::<()>().await;
    };
    // The timeout is the way out.
    let _ = tokio::time::timeout(pause, refusing).await;
}
