//! The crate through its public face.

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
