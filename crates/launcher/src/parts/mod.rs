//! The programs of the real runtime: found on this machine, or built once and kept for every later run.
//!
//! Versions are pinned under `tools/`: a Go module for Dapr, a `pom.xml` for Kafka. What is built lies in a cache
//! outside of the tree, `$XDG_CACHE_HOME/todo` or `~/.cache/todo`, in a folder per version.

mod cache;
mod dapr;
mod error;
mod kafka;

use std::path::{Path, PathBuf};

pub use error::PartsError;

use crate::output::Output;

/// What sidecars of the real runtime need.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The sidecar.
    pub daprd: PathBuf,
    /// Dapr's scheduler of jobs.
    pub scheduler: PathBuf,
    /// The broker.
    pub broker: BrokerParts,
}

/// Where a broker comes from.
#[derive(Debug, Clone)]
pub enum BrokerParts {
    /// It runs already: `host:port,…`.
    Given(String),
    /// One is started.
    Kafka(KafkaParts),
}

/// A Kafka that is not running yet.
#[derive(Debug, Clone)]
pub struct KafkaParts {
    /// The Java program.
    pub java: PathBuf,
    /// A folder with Kafka's jars.
    pub jars: PathBuf,
}

impl Parts {
    /// Finds the parts, and builds those that are missing: 5 to 15 minutes for Dapr, half a minute for Kafka. `output`
    /// is told before. Of several processes one builds and the others wait. `brokers` (`host:port,…`) is a Kafka that runs
    /// already.
    ///
    /// # Errors
    /// [`PartsError`] naming the program that is missing, or what failed.
    pub async fn obtain(
        root: &Path,
        brokers: Option<&str>,
        output: &Output,
    ) -> Result<Self, PartsError> {
        let tools = root.join("tools");
        let broker = match brokers {
            Some(brokers) => BrokerParts::Given(brokers.to_owned()),
            None => BrokerParts::Kafka(kafka::obtain(&tools.join("kafka"), output).await?),
        };
        let (daprd, scheduler) = dapr::obtain(&tools.join("dapr"), output).await?;
        Ok(Self { daprd, scheduler, broker })
    }
}
