//! Why the product could not be started, in words that say what to do next.

use std::path::PathBuf;

use todo_local_runtime::database::DatabaseError;

/// A failed start, or a failed operation on a running suite.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LauncherError {
    /// `dapr.yaml` cannot be read or contradicts itself.
    #[error("{}: {detail}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Line and reason.
        detail: String,
    },
    /// Another launcher works on the same folder.
    #[error("Todo is already running on {}{}", folder.display(), holder(*pid))]
    AlreadyRunning {
        /// The data folder.
        folder: PathBuf,
        /// Its process, if the lock file tells.
        pid: Option<u32>,
    },
    /// Somebody else listens on a port we need.
    #[error(
        "port {port} ({what}) is taken; end the program that holds it (find it with `lsof -i :{port}` or \
         `ss -ltnp`) or change the port in dapr.yaml"
    )]
    PortTaken {
        /// The port.
        port: u16,
        /// What we need it for.
        what: String,
    },
    /// The database did not start or answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The `migrate` program failed.
    #[error("the database could not be migrated:\n{detail}")]
    Migrate {
        /// What it wrote.
        detail: String,
    },
    /// The embedded sidecars did not start.
    #[error("the sidecars could not be started")]
    Sidecars(#[from] todo_local_runtime::Error),
    /// A part of the real runtime is not there.
    #[error(transparent)]
    Parts(#[from] crate::parts::PartsError),
    /// The real runtime did not start.
    #[error(transparent)]
    Dapr(#[from] crate::dapr::DaprError),
    /// The embedded runtime has no such part.
    #[error("{0} is a part of the real runtime only")]
    EmbeddedOnly(&'static str),
    /// A program is missing.
    #[error("{} is missing: build it first (cargo build --workspace --bins)", path.display())]
    ProgramAbsent {
        /// Where it was expected.
        path: PathBuf,
    },
    /// A file or process operation failed.
    #[error("{action}")]
    Io {
        /// What was being done, as an action.
        action: String,
        /// The operating system's answer.
        #[source]
        source: std::io::Error,
    },
    /// A file of ours does not hold what we wrote.
    #[error("{} cannot be read ({detail}); `./todo up --fresh` starts over", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// `--fresh` together with a server that may hold other things.
    #[error("--fresh empties only what is private; in {variable} {remedy} yourself")]
    FreshOnGiven {
        /// What names the server.
        variable: &'static str,
        /// What to do there.
        remedy: &'static str,
    },
    /// The server belongs to the user.
    #[error("the server of {0} is not ours to stop")]
    NotOurs(&'static str),
    /// A sidecar does not end.
    #[error("the sidecar of {app} does not end")]
    NotGone {
        /// The application.
        app: String,
    },
    /// Some applications did not become ready.
    #[error("not ready after {seconds} s: {apps}")]
    NotReady {
        /// Names, separated by commas.
        apps: String,
        /// How long we waited.
        seconds: u64,
    },
    /// The wanted replicas do not fit into `dapr.yaml`.
    #[error("{0}: choose other ports in dapr.yaml, or fewer replicas")]
    Replicas(String),
    /// No application of this name, or it has no such port.
    #[error("dapr.yaml has no application {app} with {what}")]
    Unknown {
        /// The name asked for.
        app: String,
        /// What it should have.
        what: &'static str,
    },
}

impl LauncherError {
    /// Wraps an I/O error with the action that failed.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid}); stop it with Ctrl-C there or `kill {pid}`"))
        .unwrap_or_default()
}
