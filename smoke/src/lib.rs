//! Proves a running suite from where its clients stand: over HTTP and a WebSocket, with a token, and nothing else.
//!
//! - [`check()`] follows one task through every service, once. It is what `helm test` runs.
//! - [`load()`] writes at a steady rate while something happens to the suite (an upgrade, a killed pod), and tells
//!   afterwards which request failed and which consequence of an acknowledged one is missing or doubled.

mod check;
mod duration;
mod load;
mod person;
mod problem;
mod socket;
mod target;
mod token;

pub use check::{CheckOptions, check};
pub use load::{LoadOptions, Report, load};
pub use target::Target;

use chrono::{DateTime, Utc};

/// The client's own clock.
#[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
