//! What the subscriptions deliver, and the sweep.

mod dead_letter;
mod prune;
mod record;

pub(crate) use dead_letter::keep_dead_letter;
pub(crate) use prune::prune;
pub(crate) use record::record;
