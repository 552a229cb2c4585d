//! What the subscriptions deliver.

mod dead_letter;
mod record;

pub(crate) use dead_letter::keep_dead_letter;
pub(crate) use record::record;
