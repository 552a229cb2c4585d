//! How a request names a task: its id, or the number that people use.

use std::{fmt, str::FromStr};

use axum::http::request::Parts;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use todo_events::{TaskId, TaskNumber};
use todo_service_kit::{Problem, extract::Path};

use crate::store::TaskRef;

/// The `{id}` of a path, as an extractor, and an entry of a list in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskName(pub(crate) TaskRef);

/// Text that names no task.
#[derive(Debug, thiserror::Error)]
#[error("must be a UUID or a task number from 1")]
pub(crate) struct NoTaskName;

impl TryFrom<u64> for TaskName {
    type Error = NoTaskName;

    fn try_from(number: u64) -> Result<Self, NoTaskName> {
        // The database counts in 64 bits with a sign.
        let possible = number > 0 && i64::try_from(number).is_ok();
        possible.then_some(Self(TaskRef::Number(TaskNumber(number)))).ok_or(NoTaskName)
    }
}

impl FromStr for TaskName {
    type Err = NoTaskName;

    fn from_str(text: &str) -> Result<Self, NoTaskName> {
        if let Ok(number) = text.parse::<u64>() {
            return number.try_into();
        }
        text.parse::<TaskId>().map(|id| Self(TaskRef::Id(id))).map_err(|_| NoTaskName)
    }
}

impl<'de> Deserialize<'de> for TaskName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrNumber)
    }
}

struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = TaskName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID or a task number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<TaskName, E> {
        number.try_into().map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TaskName, E> {
        text.parse().map_err(E::custom)
    }
}

#[derive(Deserialize)]
struct TaskPath {
    id: TaskName,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for TaskName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(path) = Path::<TaskPath>::from_request_parts(parts, state).await?;
        Ok(path.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_goes_by_id_or_number() {
        assert_eq!("12".parse::<TaskName>().unwrap().0, TaskRef::Number(TaskNumber(12)));
        let id = "0198c0de-0000-7000-8000-000000000001";
        assert_eq!(id.parse::<TaskName>().unwrap().0, TaskRef::Id(id.parse().unwrap()));
        for bad in ["", "0", "-1", "x", "9223372036854775808", "18446744073709551616"] {
            assert!(bad.parse::<TaskName>().is_err(), "{bad}");
        }
        let list: Vec<TaskName> = serde_json::from_str(&format!(r#"[3,"4","{id}"]"#)).unwrap();
        assert_eq!(list.len(), 3);
        assert!(serde_json::from_str::<TaskName>("1.5").is_err());
    }
}
