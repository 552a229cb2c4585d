//! A task as stored: JSON that is handed on unread wherever nothing in it is needed.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use todo_events::{Revision, Task, TaskId, TaskNumber};

/// A task document of the database.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct TaskDocument(Box<RawValue>);

#[derive(Deserialize)]
struct Head {
    id: TaskId,
    number: TaskNumber,
    revision: Revision,
}

impl TaskDocument {
    /// The JSON.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// The whole task.
    ///
    /// # Errors
    /// When the stored document does not have the shape of this release.
    pub fn read(&self) -> Result<Task, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }

    /// Id, number and revision.
    ///
    /// # Errors
    /// As [`TaskDocument::read`].
    pub fn head(&self) -> Result<(TaskId, TaskNumber, Revision), serde_json::Error> {
        let head: Head = serde_json::from_str(self.0.get())?;
        Ok((head.id, head.number, head.revision))
    }
}

impl From<Box<RawValue>> for TaskDocument {
    fn from(json: Box<RawValue>) -> Self {
        Self(json)
    }
}

impl Serialize for TaskDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
