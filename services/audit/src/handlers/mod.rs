//! What the subscriptions deliver, and the sweep.

mod dead_letters;
mod record;
mod sweep;

pub(crate) use dead_letters::{ROUTE as DEAD_LETTERS, keep_dead_letters};
pub(crate) use record::record;
pub(crate) use sweep::sweep;
