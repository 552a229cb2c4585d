//! Every metric of audit.

use metrics::{counter, describe_counter, describe_gauge, gauge};
use todo_events::Topic;

use crate::store::OpenLetters;

const EVENTS: &str = "audit_events_total";
const FORGOTTEN: &str = "audit_forgotten_lines_total";
const DEAD_LETTERS: &str = "audit_dead_letters_total";
const OPEN: &str = "audit_dead_letters_open";
const PRUNED: &str = "audit_entries_pruned_total";
const LETTERS_PRUNED: &str = "audit_dead_letters_pruned_total";
const REPLAYS: &str = "audit_dead_letter_replays_total";

/// What became of a delivered event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// New, stored and printed.
    Stored,
    /// New and of a type that this release does not know; stored and printed as well.
    Unknown,
    /// A reader's probe: nothing happened.
    Probe,
    /// Stored before.
    Duplicate,
    /// Its payload does not have the shape of its type; it goes to the dead letters.
    Unreadable,
    /// The database did not take it; it is delivered again.
    Failed,
}

impl Outcome {
    fn label(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Unknown => "unknown",
            Self::Probe => "probe",
            Self::Duplicate => "duplicate",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
        }
    }
}

/// Gives the metrics their help texts.
pub(crate) fn describe() {
    describe_counter!(EVENTS, "Delivered events, by topic and outcome.");
    describe_counter!(FORGOTTEN, "Lines printed for a process that stored an event and went away.");
    describe_counter!(DEAD_LETTERS, "Dead letters that came, by the service that gave up on them.");
    describe_gauge!(OPEN, "Dead letters of the table, by what they wait for: replay or person.");
    describe_counter!(PRUNED, "Entries that were older than the retention.");
    describe_counter!(LETTERS_PRUNED, "Dead letters that were older than the retention.");
    describe_counter!(REPLAYS, "Dead letters that were published again.");
}

pub(crate) fn event(topic: Topic, outcome: Outcome) {
    counter!(EVENTS, "topic" => topic.name(), "outcome" => outcome.label()).increment(1);
}

pub(crate) fn forgotten_lines(count: usize) {
    counter!(FORGOTTEN).increment(u64::try_from(count).unwrap_or(u64::MAX));
}

pub(crate) fn dead_letter(source_app: &str) {
    counter!(DEAD_LETTERS, "source_app" => source_app.to_owned()).increment(1);
}

/// What the table holds now.
pub(crate) fn open_letters(open: OpenLetters) {
    gauge!(OPEN, "waits_for" => "person").set(f64::from(open.person));
    gauge!(OPEN, "waits_for" => "replay").set(f64::from(open.replay));
}

pub(crate) fn pruned(count: u64) {
    counter!(PRUNED).increment(count);
}

pub(crate) fn forgotten_letters(count: u64) {
    counter!(LETTERS_PRUNED).increment(count);
}

pub(crate) fn replay() {
    counter!(REPLAYS).increment(1);
}
