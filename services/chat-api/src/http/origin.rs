//! Who asks, tied to the request's trace: its id goes through every event that follows.

use todo_dapr::TraceContext;
use todo_events::{Actor, CorrelationId, UserId};

use crate::domain::Origin;

/// The origin of what the current request does.
pub(crate) fn origin(user: UserId, actor: Actor) -> Origin {
    let trace = TraceContext::current().map(|trace| trace.trace_id());
    let correlation = trace.and_then(|id| CorrelationId::try_from(id).ok());
    Origin { user, actor, correlation: correlation.unwrap_or_else(CorrelationId::generate) }
}
