//! The one place that reads the wall clock. Delivery, jobs and cron live by it, as a sidecar's do.

use chrono::{DateTime, Utc};

/// The current instant.
#[expect(clippy::disallowed_methods, reason = "this is the clock of the runtime")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// RFC 3339 in UTC with whole seconds, the form of a `CloudEvent`'s `time`.
pub(crate) fn rfc3339_seconds(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
