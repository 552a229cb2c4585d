//! What the log holds.

use bytes::Bytes;

use super::{partitioner, topic::Topic};

/// A record that has no offset yet.
#[derive(Clone, Debug)]
pub(crate) struct NewRecord {
    pub(super) partition: u32,
    pub(super) key: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

/// A stored record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) offset: i64,
    pub(crate) key: Option<String>,
    /// Publish metadata, which become HTTP headers at the subscriber.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// Milliseconds since 1970.
    pub(crate) timestamp: i64,
}

impl NewRecord {
    /// Places a record by the metadata `partitionNumber`, else `partitionKey` (or `__key`), else anywhere.
    ///
    /// # Errors
    /// What is wrong with a `partitionNumber`.
    pub(crate) fn place(
        topic: &Topic,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Result<Self, String> {
        let find = |name: &str| {
            headers.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty())
        };
        let key = find("partitionKey").or_else(|| find("__key")).map(|(_, value)| value.clone());
        let partition = match (find("partitionNumber"), &key) {
            (Some((_, number)), _) => {
                let number = number.parse().map_err(|_| {
                    format!(
                        "invalid partitionNumber metadata value {number:?}: strconv.ParseInt: parsing {number:?}: \
                         invalid syntax"
                    )
                })?;
                if number >= topic.partitions() {
                    return Err(format!(
                        "partition number {number} is out of range, topic has {} partitions",
                        topic.partitions()
                    ));
                }
                number
            }
            (None, Some(key)) => partitioner::by_key(key.as_bytes(), topic.partitions()),
            (None, None) => partitioner::random(topic.partitions()),
        };
        Ok(Self { partition, key, headers, body })
    }

    pub(super) fn at(self, offset: i64, timestamp: i64) -> Record {
        Record { offset, key: self.key, headers: self.headers, body: self.body, timestamp }
    }
}

/// Headers as the table keeps them: a JSON list of pairs, in order.
pub(super) fn headers_to_text(headers: &[(String, String)]) -> String {
    let pairs: Vec<[&str; 2]> = headers.iter().map(|(key, value)| [key.as_str(), value]).collect();
    serde_json::to_string(&pairs).unwrap_or_else(|_| "[]".to_owned())
}

/// Inverse of [`headers_to_text`]; unreadable text yields no headers.
pub(super) fn headers_from_text(text: &str) -> Vec<(String, String)> {
    serde_json::from_str::<Vec<(String, String)>>(text).unwrap_or_default()
}
