//! Configuration: environment in, typed values out, every fault at once.
//!
//! [`Env::from_process`] is the one place that reads the process environment. A config struct implements
//! [`FromEnv`] by asking a [`Reader`], which collects all faults, so that one failed start names every variable
//! that is wrong. An empty variable counts as unset, as in Helm and Compose files.

mod base;
mod env;
mod reader;
mod secret;

pub use base::{BaseConfig, LogFormat};
pub use env::Env;
pub use reader::{Fault, Faults, FromEnv, Reader};
pub use secret::Secret;

/// Reads the base configuration and `C` together.
///
/// # Errors
/// Every fault of both, in the order they were found.
pub fn load<C: FromEnv>(env: Env) -> Result<(BaseConfig, C), Faults> {
    let mut reader = Reader::new(env);
    let base = BaseConfig::read(&mut reader);
    let config = C::read(&mut reader);
    reader.finish().map(|()| (base, config))
}
