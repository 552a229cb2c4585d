//! What can be wrong with a value or with an event.

/// A value that breaks the rule of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {rule}")]
pub struct InvalidValue {
    what: &'static str,
    rule: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(what: &'static str, rule: &'static str) -> Self {
        Self { what, rule }
    }
}

/// A message that claims a known type but does not have its shape: it can never be handled.
#[derive(Debug, thiserror::Error)]
#[error("event of type {kind} does not have the shape of its type")]
pub struct UnreadableEvent {
    pub(crate) kind: String,
    #[source]
    pub(crate) source: serde_json::Error,
}
