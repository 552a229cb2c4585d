//! Why a part of the real runtime is not there.

use std::{path::PathBuf, process::ExitStatus};

/// A part that could neither be found nor built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// A program that builds or runs a part is missing.
    #[error("the real runtime needs {program}: {hint}")]
    ProgramAbsent {
        /// Its name.
        program: &'static str,
        /// How to get it.
        hint: &'static str,
    },
    /// A build ended badly; its own words came before.
    #[error("{what} could not be built ({status})")]
    Build {
        /// The part.
        what: &'static str,
        /// How the build ended.
        status: ExitStatus,
    },
    /// The file with the pinned version does not name one.
    #[error("{} does not say which version of {what} to build", path.display())]
    NoVersion {
        /// The part.
        what: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// Neither `XDG_CACHE_HOME` nor `HOME` is set.
    #[error("there is no place for built programs: set XDG_CACHE_HOME or HOME")]
    NoCache,
    /// A file operation failed.
    #[error("{action}")]
    Io {
        /// What was being done.
        action: String,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
}

impl PartsError {
    /// Wraps an I/O error with the action that failed.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
