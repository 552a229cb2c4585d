//! What `pubsub.kafka` means here: topics of the runtime's own broker, groups, scopes, and the `CloudEvent` envelope.

mod component;
pub(crate) mod envelope;
mod topic_scopes;

pub(crate) use component::PubSub;
