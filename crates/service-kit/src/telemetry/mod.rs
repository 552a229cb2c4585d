//! Logs, trace ids and metrics.
//!
//! Spans are exported by the sidecar, so nothing here opens a connection: a request's W3C trace id is read or made,
//! stands on every log line of that request, and goes out again with every call to the sidecar.

mod logs;
mod metrics;
mod request;

pub use logs::init as init_logs;
pub(crate) use logs::panic_message;
pub use metrics::{Metrics, record_event};
pub(crate) use metrics::{dependency, ready};
pub use request::{RequestId, observe};
