//! Bodies of the state API.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One entry of the array that `POST /v1.0/state/{store}` takes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaveItem {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) value: Value,
    #[serde(default)]
    pub(crate) etag: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) options: Options,
}

/// Removal of one key.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteItem {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) etag: Option<String>,
}

/// Only first-write changes anything here: one Postgres is always strongly consistent.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Options {
    #[serde(default)]
    concurrency: Option<String>,
}

impl Options {
    pub(crate) fn first_write(&self) -> bool {
        self.concurrency.as_deref() == Some("first-write")
    }
}

/// Body of `POST /v1.0/state/{store}/transaction`.
#[derive(Debug, Deserialize)]
pub(crate) struct TransactionRequest {
    #[serde(default)]
    pub(crate) operations: Vec<Operation>,
}

/// One step of a transaction.
#[derive(Debug, Deserialize)]
#[serde(tag = "operation", content = "request", rename_all = "lowercase")]
pub(crate) enum Operation {
    Upsert(SaveItem),
    Delete(DeleteItem),
}

impl SaveItem {
    /// `ttlInSeconds`; -1 means "never", like its absence.
    pub(crate) fn ttl_seconds(&self) -> Result<Option<i64>, String> {
        let found = self
            .metadata
            .iter()
            .flatten()
            .find(|(key, _)| key.eq_ignore_ascii_case("ttlInSeconds"));
        let Some((_, text)) = found else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(-1) => Ok(None),
            Ok(seconds) if seconds > 0 => Ok(Some(seconds)),
            _ => Err(format!("incorrect value for metadata 'ttlInSeconds': {text}")),
        }
    }
}
