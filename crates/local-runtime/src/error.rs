//! Why a runtime did not start.

use std::path::PathBuf;

/// Failure of [`crate::Runtime::start`]; each names the file, component or port to look at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A resource or configuration file cannot be read or does not have the expected shape.
    #[error("{}: {message}", path.display())]
    Resource {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A component that an application of this runtime needs cannot be set up.
    #[error("component {name}: {message}")]
    Component {
        /// `metadata.name`.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// The runtime's own database does not answer or refuses the schema.
    #[error("database of the runtime")]
    Database(#[from] crate::postgres::PostgresError),
    /// A sidecar's port cannot be opened.
    #[error("sidecar of {app_id}: port {port}")]
    Listen {
        /// Whose sidecar.
        app_id: String,
        /// The port asked for; 0 is "any".
        port: u16,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The configuration contradicts itself.
    #[error("{0}")]
    Config(String),
    /// The HTTP client towards the applications cannot be built.
    #[error("http client")]
    Client(#[from] reqwest::Error),
}

impl Error {
    pub(crate) fn component(name: &str, message: impl ToString) -> Self {
        Self::Component { name: name.to_owned(), message: message.to_string() }
    }
}
