//! The broker's tables. Every statement it runs is here.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    record::{NewRecord, Record, headers_from_text, headers_to_text},
    topic::Topic,
};
use crate::postgres::{Pool, PostgresError};

/// Handle on the tables; cheap to clone.
#[derive(Clone)]
pub(super) struct Storage {
    pool: Arc<Pool>,
}

/// One position to be written.
pub(super) struct Position {
    pub(super) group: String,
    pub(super) topic: i32,
    pub(super) partition: i32,
    pub(super) next: i64,
}

const APPEND: &str = "INSERT INTO runtime.records (topic, part, position, record_key, headers, body, appended_ms) \
    SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bigint[])";

/// The end of a partition outlives its records: retention may have removed them all but the group is beyond them.
const ENDS: &str = "SELECT p.part, GREATEST( \
      (SELECT max(position) + 1 FROM runtime.records r WHERE r.topic = $1 AND r.part = p.part), \
      (SELECT max(next_position) FROM runtime.group_positions g WHERE g.topic = $1 AND g.part = p.part), 0) \
    FROM generate_series(0, $2::int - 1) AS p(part) ORDER BY p.part";

const READ: &str = "SELECT position, record_key, headers, body, appended_ms FROM runtime.records \
    WHERE topic = $1 AND part = $2 AND position >= $3 ORDER BY position LIMIT $4";

const POSITIONS: &str = "SELECT \
      (SELECT next_position FROM runtime.group_positions g \
        WHERE g.consumer_group = $1 AND g.topic = $2 AND g.part = p.part), \
      (SELECT min(position) FROM runtime.records r WHERE r.topic = $2 AND r.part = p.part) \
    FROM generate_series(0, $3::int - 1) AS p(part) ORDER BY p.part";

const COMMIT: &str = "INSERT INTO runtime.group_positions AS g (consumer_group, topic, part, next_position) \
    SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::bigint[]) \
    ON CONFLICT (consumer_group, topic, part) DO UPDATE SET next_position = excluded.next_position";

/// Old records every group has passed; the newest of a partition always stays, as it marks the end. Records that no
/// group reads go after a week, like Kafka's.
const CLEAN: &str = "WITH bounds AS ( \
      SELECT t.id, p.part, \
        (SELECT max(position) FROM runtime.records n WHERE n.topic = t.id AND n.part = p.part) AS newest, \
        (SELECT min(next_position) FROM runtime.group_positions g WHERE g.topic = t.id AND g.part = p.part) AS passed \
      FROM runtime.topics t, generate_series(0, t.partitions - 1) AS p(part)), \
    old AS ( \
      (SELECT r.ctid AS row FROM bounds b JOIN runtime.records r \
         ON r.topic = b.id AND r.part = b.part AND r.position < LEAST(b.newest, b.passed) AND b.passed IS NOT NULL \
       WHERE r.appended_ms < $1 LIMIT 5000) \
      UNION ALL \
      (SELECT r.ctid FROM bounds b JOIN runtime.records r ON r.topic = b.id AND r.part = b.part AND r.position < b.newest \
       WHERE r.appended_ms < $2 LIMIT 5000)) \
    DELETE FROM runtime.records WHERE ctid = ANY(ARRAY(SELECT row FROM old))";

impl Storage {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }

    /// Creates the tables that are missing.
    pub(super) async fn migrate(&self) -> Result<(), PostgresError> {
        self.pool.batch(include_str!("schema.sql")).await
    }

    /// All topics with the current ends of their partitions.
    pub(super) async fn topics(&self) -> Result<Vec<Topic>, PostgresError> {
        let sql = "SELECT id, cluster, name, partitions FROM runtime.topics ORDER BY id";
        let mut topics = Vec::new();
        for row in self.pool.query(sql, &[]).await? {
            let (id, partitions): (i32, i32) = (row.get(0), row.get(3));
            let ends = self.ends(id, partitions).await?;
            topics.push(Topic::new(id, row.get(1), row.get(2), ends));
        }
        Ok(topics)
    }

    /// Creates a topic, or loads the one that another process created meanwhile.
    pub(super) async fn create_topic(
        &self,
        cluster: &str,
        name: &str,
        partitions: u32,
    ) -> Result<Topic, PostgresError> {
        let sql = "INSERT INTO runtime.topics AS t (cluster, name, partitions) VALUES ($1, $2, $3) \
                   ON CONFLICT (cluster, name) DO UPDATE SET partitions = t.partitions RETURNING id, partitions";
        let wanted = i32::try_from(partitions).unwrap_or(i32::MAX);
        let rows = self.pool.query(sql, &[&cluster, &name, &wanted]).await?;
        let row = rows.first().ok_or(PostgresError::Closed)?;
        let (id, partitions): (i32, i32) = (row.get(0), row.get(1));
        let ends = self.ends(id, partitions).await?;
        Ok(Topic::new(id, cluster.to_owned(), name.to_owned(), ends))
    }

    async fn ends(&self, topic: i32, partitions: i32) -> Result<Vec<i64>, PostgresError> {
        let rows = self.pool.query(ENDS, &[&topic, &partitions]).await?;
        Ok(rows.iter().map(|row| row.get(1)).collect())
    }

    /// Where the table says the topic's partitions end.
    pub(super) async fn ends_of(&self, topic: &Topic) -> Result<Vec<i64>, PostgresError> {
        self.ends(topic.id(), i32::try_from(topic.partitions()).unwrap_or(i32::MAX)).await
    }

    /// Stores records in one statement.
    pub(super) async fn append(
        &self,
        batch: &[(&Topic, i64, &NewRecord)],
        now_ms: i64,
    ) -> Result<(), PostgresError> {
        let headers: Vec<String> =
            batch.iter().map(|(_, _, record)| headers_to_text(&record.headers)).collect();
        let topics: Vec<i32> = batch.iter().map(|(topic, ..)| topic.id()).collect();
        let partitions: Vec<i32> =
            batch.iter().map(|(_, _, record)| record.partition.cast_signed()).collect();
        let offsets: Vec<i64> = batch.iter().map(|(_, offset, _)| *offset).collect();
        let keys: Vec<Option<&str>> =
            batch.iter().map(|(_, _, record)| record.key.as_deref()).collect();
        let bodies: Vec<&[u8]> = batch.iter().map(|(_, _, record)| &record.body[..]).collect();
        let times = vec![now_ms; batch.len()];
        self.pool
            .execute(APPEND, &[&topics, &partitions, &offsets, &keys, &headers, &bodies, &times])
            .await?;
        Ok(())
    }

    /// Up to `limit` records at or after `offset`.
    pub(super) async fn read(
        &self,
        topic: &Topic,
        partition: u32,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Arc<Record>>, PostgresError> {
        let rows = self
            .pool
            .query(READ, &[&topic.id(), &partition.cast_signed(), &offset, &limit])
            .await?;
        let records = rows.iter().map(|row| {
            Arc::new(Record {
                offset: row.get(0),
                key: row.get(1),
                headers: headers_from_text(row.get(2)),
                body: Bytes::copy_from_slice(row.get(3)),
                timestamp: row.get(4),
            })
        });
        Ok(records.collect())
    }

    /// For each partition the stored position of a group, and the first offset still in the table.
    pub(super) async fn positions(
        &self,
        group: &str,
        topic: &Topic,
    ) -> Result<Vec<(Option<i64>, Option<i64>)>, PostgresError> {
        let partitions = i32::try_from(topic.partitions()).unwrap_or(i32::MAX);
        let rows = self.pool.query(POSITIONS, &[&group, &topic.id(), &partitions]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Writes positions in one statement; each group, topic and partition may occur once.
    pub(super) async fn commit(&self, positions: &[Position]) -> Result<(), PostgresError> {
        let groups: Vec<&str> = positions.iter().map(|p| p.group.as_str()).collect();
        let topics: Vec<i32> = positions.iter().map(|p| p.topic).collect();
        let partitions: Vec<i32> = positions.iter().map(|p| p.partition).collect();
        let nexts: Vec<i64> = positions.iter().map(|p| p.next).collect();
        self.pool.execute(COMMIT, &[&groups, &topics, &partitions, &nexts]).await?;
        Ok(())
    }

    /// Removes a bounded number of records; returns how many.
    pub(super) async fn clean(
        &self,
        passed_before_ms: i64,
        unread_before_ms: i64,
    ) -> Result<u64, PostgresError> {
        self.pool.execute(CLEAN, &[&passed_before_ms, &unread_before_ms]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{database::TestDatabase, postgres::ConnectionString};

    async fn storage(database: &TestDatabase) -> Storage {
        let pool = Pool::new(ConnectionString::parse(database.url()).unwrap(), 2);
        let storage = Storage::new(pool);
        storage.migrate().await.unwrap();
        storage
    }

    async fn fill(storage: &Storage, topic: &Topic, count: i64, at: i64) {
        let record = NewRecord::place(topic, vec![], Bytes::from_static(b"x")).unwrap();
        let record = NewRecord { partition: 0, ..record };
        let batch: Vec<_> = (0..count).map(|offset| (topic, offset, &record)).collect();
        storage.append(&batch, at).await.unwrap();
    }

    #[tokio::test]
    async fn what_all_groups_have_passed_is_removed_and_the_end_is_kept() {
        let database = TestDatabase::create().await.unwrap();
        let storage = storage(&database).await;
        let topic = storage.create_topic("k", "t", 1).await.unwrap();
        fill(&storage, &topic, 10, 1_000).await;
        let at = |group: &str, next| Position {
            group: group.to_owned(),
            topic: topic.id(),
            partition: 0,
            next,
        };
        storage.commit(&[at("fast", 10), at("slow", 4)]).await.unwrap();
        assert_eq!(storage.clean(1_000, 0).await.unwrap(), 0, "too young");
        assert_eq!(storage.clean(2_000, 0).await.unwrap(), 4);
        assert_eq!(storage.read(&topic, 0, 0, 100).await.unwrap()[0].offset, 4);
        storage.commit(&[at("slow", 10)]).await.unwrap();
        assert_eq!(storage.clean(2_000, 0).await.unwrap(), 5, "the newest stays");
        assert_eq!(storage.ends_of(&topic).await.unwrap(), [10]);
    }

    #[tokio::test]
    async fn what_nobody_reads_goes_later() {
        let database = TestDatabase::create().await.unwrap();
        let storage = storage(&database).await;
        let topic = storage.create_topic("k", "t", 1).await.unwrap();
        fill(&storage, &topic, 10, 1_000).await;
        assert_eq!(storage.clean(2_000, 500).await.unwrap(), 0);
        assert_eq!(storage.clean(2_000, 2_000).await.unwrap(), 9);
        assert_eq!(storage.topics().await.unwrap()[0].log(0).end(), 10);
    }
}
