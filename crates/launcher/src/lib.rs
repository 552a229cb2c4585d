//! Starts the whole product on one machine: database, migrations, sidecars, services.
//!
//! `dapr.yaml` at the root is the one list of applications, ports and settings; this crate does with it what
//! `dapr run -f` would do, and starts what the sidecars need.
//!
//! - [`up()`] is what the program `todo-local` does for a person: fixed ports, until Ctrl-C.
//! - [`Suite`] is the same for tests: free ports, and parts that can be taken away.
//! - [`RuntimeKind`] chooses the sidecars: those of `todo-local-runtime`, embedded in this process, so that nothing has to
//!   be installed beside PostgreSQL; or [`mod@dapr`], the real ones, with Apache Kafka and Dapr's scheduler, whose
//!   programs [`mod@parts`] finds or builds.
//!
//! Services and real sidecars are child processes, not tasks: they crash, restart and get killed on their own, as in a
//! cluster.

mod backoff;
mod banner;
pub mod dapr;
mod environment;
mod error;
mod faults;
mod folder;
mod guardian;
mod health;
mod keys;
mod manifest;
mod options;
mod output;
pub mod parts;
mod ports;
mod process;
mod replicas;
mod secrets;

mod sidecars;
mod starting;
mod storage;
mod suite;
mod up;

pub use backoff::Backoff;
pub use error::LauncherError;
pub use keys::Keys;
pub use manifest::{App, Manifest};
pub use options::{RuntimeKind, SuiteOptions};
pub use output::Output;
pub use replicas::Replicas;
pub use suite::Suite;
pub use up::{UpOptions, up};
