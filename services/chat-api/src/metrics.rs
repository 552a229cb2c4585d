//! Every metric of chat-api.

use std::time::Duration;

use chrono::{DateTime, Utc};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use todo_events::Topic;

use crate::store::OutboxAge;

const WAITING: &str = "outbox_waiting";
const OLDEST: &str = "outbox_oldest_seconds";
const LOOKED_AT: &str = "outbox_looked_at_timestamp_seconds";
const SWEPT: &str = "outbox_swept_total";
const LEFT: &str = "outbox_left_to_sweep_total";
const PUBLISHED: &str = "events_published_total";
const UNPUBLISHED: &str = "events_publish_failures_total";
const JOBS: &str = "reminder_jobs_total";
const FIRED: &str = "reminders_fired_total";
const LATENESS: &str = "reminder_lateness_seconds";
const MODEL_LINES: &str = "chat_model_lines_total";
const MODEL_SECONDS: &str = "chat_model_seconds";
const MODEL_TOKENS: &str = "chat_model_tokens_total";
const TOOL_CALLS: &str = "mcp_tool_calls_total";

/// The topics that this service publishes to.
const TOPICS: [Topic; 3] = [Topic::TaskEvents, Topic::TaskUpdates, Topic::Reminders];

/// What fires reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FiredBy {
    /// The job of their moment.
    Job,
    /// The sweep: their job came too late, or never.
    Sweep,
}

impl FiredBy {
    fn label(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Sweep => "sweep",
        }
    }
}

/// Gives the metrics their help texts, and a zero to those whose first count must not be missed.
pub(crate) fn describe(now: DateTime<Utc>) {
    describe_gauge!(WAITING, "Items of the outbox when it was last looked at.");
    describe_gauge!(OLDEST, "Age of the oldest of them.");
    describe_gauge!(LOOKED_AT, "When the sweep last looked at the outbox, else the start.");
    describe_counter!(SWEPT, "Items that a sweep took over from whoever wrote them.");
    describe_counter!(LEFT, "Items that a relay had no room or no time for.");
    describe_counter!(PUBLISHED, "Events that the broker took, by topic.");
    describe_counter!(UNPUBLISHED, "Events that it did not take and that are tried again.");
    describe_counter!(JOBS, "Orders to the scheduler, by outcome; what failed is tried again.");
    describe_counter!(FIRED, "Reminders that became events, by what fired them.");
    describe_histogram!(LATENESS, "From the instant a reminder was meant for until it was fired.");
    describe_counter!(MODEL_LINES, "Lines of the chat that were given to a model, by outcome.");
    describe_histogram!(MODEL_SECONDS, "How long a model took for a line.");
    describe_counter!(MODEL_TOKENS, "Tokens that models have used.");
    describe_counter!(TOOL_CALLS, "Calls of the tools of agents, by tool and outcome.");
    gauge!(LOOKED_AT).set(seconds(now));
    for topic in TOPICS {
        published(topic, 0, 0);
    }
    for by in [FiredBy::Job, FiredBy::Sweep] {
        counter!(FIRED, "by" => by.label()).increment(0);
    }
    counter!(LEFT).increment(0);
    jobs(0, 0);
}

/// What waits in the outbox now.
pub(crate) fn outbox(age: OutboxAge, now: DateTime<Utc>) {
    gauge!(WAITING).set(age.waiting as f64);
    gauge!(OLDEST).set(age.oldest_seconds);
    gauge!(LOOKED_AT).set(seconds(now));
}

pub(crate) fn swept(items: usize) {
    counter!(SWEPT).increment(items as u64);
}

pub(crate) fn left_to_sweep() {
    counter!(LEFT).increment(1);
}

pub(crate) fn published(topic: Topic, taken: usize, refused: usize) {
    counter!(PUBLISHED, "topic" => topic.name()).increment(taken as u64);
    counter!(UNPUBLISHED, "topic" => topic.name()).increment(refused as u64);
}

pub(crate) fn jobs(done: usize, failed: usize) {
    counter!(JOBS, "outcome" => "done").increment(done as u64);
    counter!(JOBS, "outcome" => "failed").increment(failed as u64);
}

/// A reminder was fired, so many milliseconds late.
pub(crate) fn fired(by: FiredBy, late_by_ms: u64) {
    counter!(FIRED, "by" => by.label()).increment(1);
    histogram!(LATENESS).record(late_by_ms as f64 / 1000.0);
}

/// A model was given a line and took this long.
pub(crate) fn model_line(outcome: &'static str, took: Duration) {
    histogram!(MODEL_SECONDS).record(took.as_secs_f64());
    counter!(MODEL_LINES, "outcome" => outcome).increment(1);
}

pub(crate) fn model_tokens(tokens: u64) {
    counter!(MODEL_TOKENS).increment(tokens);
}

pub(crate) fn tool_call(tool: &'static str, outcome: &'static str) {
    counter!(TOOL_CALLS, "tool" => tool, "outcome" => outcome).increment(1);
}

fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}
