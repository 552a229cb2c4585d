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
    operations: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Step {
    operation: String,
    #[serde(default)]
    request: Value,
}

/// One step of a transaction.
#[derive(Debug)]
pub(crate) enum Operation {
    Upsert(SaveItem),
    Delete(DeleteItem),
}

/// A step that cannot be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    #[error("operation type {0} not supported")]
    Unsupported(String),
    #[error(transparent)]
    Malformed(#[from] serde_json::Error),
}

impl TransactionRequest {
    /// The steps in order.
    pub(crate) fn operations(self) -> Result<Vec<Operation>, StepError> {
        let read = |step: Step| {
            Ok(match step.operation.as_str() {
                "upsert" => Operation::Upsert(serde_json::from_value(step.request)?),
                "delete" => Operation::Delete(serde_json::from_value(step.request)?),
                _ => return Err(StepError::Unsupported(step.operation)),
            })
        };
        self.operations.into_iter().map(read).collect()
    }
}

impl SaveItem {
    /// `ttlInSeconds`; -1 and 0 mean "never", like its absence.
    pub(crate) fn ttl_seconds(&self) -> Result<Option<i64>, String> {
        let found = self
            .metadata
            .iter()
            .flatten()
            .find(|(key, _)| key.eq_ignore_ascii_case("ttlInSeconds"));
        let Some((_, text)) = found else { return Ok(None) };
        let wrong = |why: &str| Err(format!("incorrect value for metadata 'ttlInSeconds': {why}"));
        match text.parse::<i64>() {
            Ok(-1 | 0) => Ok(None),
            Ok(seconds) if seconds > 0 && seconds <= i64::from(i32::MAX) => Ok(Some(seconds)),
            Ok(_) => wrong("must be -1 or greater"),
            Err(_) => wrong(&format!("strconv.ParseInt: parsing {text:?}: invalid syntax")),
        }
    }
}
