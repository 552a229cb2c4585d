//! The result of a load, as one line of JSON.

use serde::Serialize;

use super::{
    journal::{Fault, Journal},
    outcome::Outcome,
};

/// Which request failed, and what is missing or doubled of what was promised.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Requests of all kinds; one that was sent twice counts once.
    requests: usize,
    /// Those without a good answer, the second time included.
    failed: Vec<Fault>,
    /// Those that were sent once more because a connection failed before an answer, as browsers do.
    retried: Vec<Fault>,
    /// What is missing or doubled.
    #[serde(flatten)]
    outcome: Outcome,
    /// Of good answers to writes, in milliseconds.
    p50_ms: f64,
    p99_ms: f64,
}

impl Report {
    pub(super) fn of(journal: &Journal, outcomes: Vec<Outcome>) -> Self {
        let mut all = Outcome::default();
        outcomes.into_iter().for_each(|outcome| all.add(outcome));
        let mut entries = journal.entries();
        entries.times.sort_by(f64::total_cmp);
        Self {
            requests: journal.requests(),
            outcome: all,
            p50_ms: share(&entries.times, 50),
            p99_ms: share(&entries.times, 99),
            failed: entries.failed,
            retried: entries.retried,
        }
    }

    /// Whether no request failed, and everything that was promised has happened, once.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.outcome.is_kept() && self.failed.is_empty() && self.outcome.tasks > 0
    }

    /// The result as one line.
    #[must_use]
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| error.to_string())
    }
}

/// The time below which a share of the sorted times lies, in percent; 0 without any.
fn share(times: &[f64], percent: usize) -> f64 {
    let place = times.len().saturating_sub(1) * percent / 100;
    (times.get(place).copied().unwrap_or_default() * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_that_wrote_nothing_proves_nothing() {
        let report = Report::of(&Journal::default(), vec![]);
        assert!(!report.is_clean());
        let line: serde_json::Value = serde_json::from_str(&report.line()).unwrap();
        assert_eq!((&line["requests"], &line["p50_ms"]), (&0.into(), &0.0.into()));
        assert!(line["failed"].as_array().is_some() && line["missing_audit"].as_array().is_some());
    }

    #[test]
    fn shares_of_times() {
        let times: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!((share(&times, 50), share(&times, 99), share(&[], 99)), (50.0, 99.0, 0.0));
    }
}
