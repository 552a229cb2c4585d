//! Everything that breaks a rule, told at once.

use std::fmt::Display;

use super::{Suite, suites};

/// What was found.
#[derive(Default)]
pub(crate) struct Faults(Vec<String>);

impl Faults {
    /// Notes a fault of an object.
    pub(crate) fn add(&mut self, object: impl Display, fault: impl Display) {
        self.0.push(format!("{object}: {fault}"));
    }

    /// Notes it unless `holds`.
    pub(crate) fn unless(&mut self, holds: bool, object: impl Display, fault: impl Display) {
        if !holds {
            self.add(object, fault);
        }
    }
}

/// Holds every target to a rule.
pub(crate) fn rule(check: impl Fn(&Suite, &mut Faults)) {
    let mut faults = Faults::default();
    for suite in suites() {
        check(suite, &mut faults);
    }
    assert!(faults.0.is_empty(), "{} faults\n{}", faults.0.len(), faults.0.join("\n"));
}
