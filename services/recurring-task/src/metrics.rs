//! The one metric of this service: `recurring_settled_total{trigger, outcome}`, completed tasks by what became of them.

use metrics::counter;

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
    counter!("recurring_settled_total", "trigger" => trigger, "outcome" => outcome).increment(1);
}
