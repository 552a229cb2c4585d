//! Why the real runtime did not start.

use std::path::PathBuf;

/// A failed start of the real runtime, or a failed operation on it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DaprError {
    /// Kafka's data folder could not be prepared.
    #[error("Kafka's folder could not be formatted:\n{detail}")]
    Format {
        /// What the tool wrote.
        detail: String,
    },
    /// The broker did not answer, or its topics are not as they should be.
    #[error(transparent)]
    Topics(#[from] todo_topics::TopicsError),
    /// A process did not become ready.
    #[error("{what} is not ready after {seconds} s")]
    NotReady {
        /// Its name.
        what: String,
        /// How long we waited.
        seconds: u64,
    },
    /// A resource file that has to be filled in cannot be read.
    #[error("{}: {detail}", path.display())]
    Resource {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A file, port or process operation failed.
    #[error("{action}")]
    Io {
        /// What was being done.
        action: String,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
    /// There is no such replica.
    #[error("there is no replica {replica} of {app_id}")]
    Unknown {
        /// The application.
        app_id: String,
        /// Counts from 0.
        replica: usize,
    },
}

impl DaprError {
    /// Wraps an I/O error with the action that failed.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
