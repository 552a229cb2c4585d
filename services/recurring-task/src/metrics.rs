//! Every metric of this service.

use metrics::{counter, describe_counter, describe_gauge, gauge};

const SETTLED: &str = "recurring_settled_total";
const PENDING: &str = "recurring_pending";

/// What drew attention to a completed task.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trigger {
    /// Its event.
    Event,
    /// A sweep: its event was not handled in time.
    Sweep,
}

/// What became of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome {
    /// It does not repeat.
    NotRepeating,
    /// Its successor is there.
    Occurrence,
    /// Its series is over.
    Ended,
    /// It is gone, open again or repeats no more.
    Superseded,
    /// It is not settled.
    Failed,
}

/// Gives the metrics their help texts.
pub(crate) fn describe() {
    describe_counter!(SETTLED, "Completed tasks, by what drew attention to them and by outcome.");
    describe_gauge!(PENDING, "Completed tasks that had no successor a minute later.");
}

/// How many completed tasks the sweep found without their successor; it settles them.
pub(crate) fn pending(tasks: usize) {
    gauge!(PENDING).set(tasks as f64);
}

/// Counts one completed task.
pub(crate) fn settled(trigger: Trigger, outcome: Outcome) {
    let trigger = match trigger {
        Trigger::Event => "event",
        Trigger::Sweep => "sweep",
    };
    let outcome = match outcome {
        Outcome::NotRepeating => "not_repeating",
        Outcome::Occurrence => "occurrence",
        Outcome::Ended => "ended",
        Outcome::Superseded => "superseded",
        Outcome::Failed => "failed",
    };
    counter!(SETTLED, "trigger" => trigger, "outcome" => outcome).increment(1);
}
