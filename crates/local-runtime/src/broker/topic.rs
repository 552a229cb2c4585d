//! A topic and its partitions.

use super::log::PartitionLog;

/// A named log with a fixed number of partitions.
pub(crate) struct Topic {
    id: i32,
    cluster: String,
    name: String,
    logs: Vec<PartitionLog>,
}

impl Topic {
    pub(super) fn new(id: i32, cluster: String, name: String, ends: Vec<i64>) -> Self {
        Self { id, cluster, name, logs: ends.into_iter().map(PartitionLog::new).collect() }
    }

    pub(super) fn id(&self) -> i32 {
        self.id
    }

    pub(super) fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Name without the cluster.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many partitions there are; never changes.
    pub(crate) fn partitions(&self) -> u32 {
        u32::try_from(self.logs.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn log(&self, partition: u32) -> &PartitionLog {
        &self.logs[partition as usize]
    }
}
