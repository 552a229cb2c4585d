//! What the subscriptions deliver, and the sweep.

mod dead_letter;
mod record;
mod sweep;

pub(crate) use dead_letter::keep_dead_letter;
pub(crate) use record::record;
pub(crate) use sweep::sweep;
