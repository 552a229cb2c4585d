//! The real runtime: Apache Kafka, Dapr's scheduler and a daprd per replica, as supervised processes on loopback.
//!
//! It takes the same [`RuntimeConfig`](todo_local_runtime::RuntimeConfig) as the embedded runtime, and the same resource files. What differs from machine
//! to machine (the broker's address, the file with the secrets) is filled into a copy of them.

mod daprd;
mod error;
mod kafka;
mod listener;
mod resources;
mod scheduler;
mod sidecars;

pub(crate) use daprd::HEAD_START;
pub use error::DaprError;
pub use kafka::Kafka;
pub use listener::Listener;
pub use scheduler::Scheduler;
pub use sidecars::{Sidecars, SidecarsOptions};

use std::{
    fs::DirBuilder, os::unix::fs::DirBuilderExt as _, path::PathBuf, sync::Arc, time::Duration,
};

use crate::{backoff::Backoff, guardian::Guardian, output::Output};

/// What every process of the runtime is started with.
#[derive(Debug, Clone)]
pub struct Host {
    /// Where a process keeps its files; it has to be there.
    pub folder: PathBuf,
    /// Where the sidecars' lines go. Broker and scheduler write to files of their own: etcd cannot be told to be brief.
    pub output: Output,
    /// Pauses before it is started again when it ends by itself.
    pub backoff: Backoff,
    /// Ends it when we are killed.
    pub(crate) guardian: Arc<Guardian>,
}

impl Host {
    /// A host for tests: lines go nowhere, and what crashes is started again at once.
    ///
    /// # Errors
    /// [`DaprError::Io`] when the guarding shell cannot be started.
    pub fn quiet(folder: impl Into<PathBuf>) -> Result<Self, DaprError> {
        let guardian = Guardian::start().map_err(std::io::Error::other);
        let first = Duration::from_millis(50);
        Ok(Self {
            folder: folder.into(),
            output: Output::silent(),
            backoff: Backoff { first, most: first * 4, settled_after: Duration::from_secs(5) },
            guardian: Arc::new(guardian.map_err(DaprError::io("start the guarding shell"))?),
        })
    }

    /// The same for a folder inside, which is made; what lies there is for this user's eyes alone.
    ///
    /// # Errors
    /// [`DaprError::Io`].
    pub fn within(&self, name: &str) -> Result<Self, DaprError> {
        let folder = self.folder.join(name);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(DaprError::io(format!("create {}", folder.display())))?;
        Ok(Self { folder, ..self.clone() })
    }

    /// A file for the lines of a process.
    fn log(&self, name: &str) -> Result<Output, DaprError> {
        let path = self.folder.join(name);
        Output::file(&path).map_err(DaprError::io(format!("write {}", path.display())))
    }
}
