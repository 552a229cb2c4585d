//! The crate through its public face.
#![expect(clippy::unwrap_used, reason = "a failed shorthand is a failed test")]

mod completion;
mod cron;
mod dst;
mod examples_rfc;
mod month_end;
mod next;
mod oracle;
mod properties;
mod refused;
mod support;
mod text;
