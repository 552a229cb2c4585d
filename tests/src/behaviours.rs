//! The list of pinned behaviours, `docs/contract.md`.

/// A behaviour of the sidecars, and what pins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// Heading of its table.
    pub section: &'static str,
    /// In words.
    pub text: &'static str,
    /// Tests of the contract suite (`invoke::nobody_and_nothing`, `order::*`), or files under `crates/local-runtime/src`
    /// with tests of their own (`cel/mod.rs`).
    pub tests: Vec<&'static str>,
}

/// All of them, in the order of the list.
#[must_use]
pub fn behaviours() -> Vec<Behaviour> {
    let mut section = "";
    let mut all = Vec::new();
    for line in include_str!("../../docs/contract.md").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        }
        all.extend(row(line).map(|(text, tests)| Behaviour { section, text, tests }));
    }
    all
}

/// `| words | `name`, `name` |`
fn row(line: &'static str) -> Option<(&'static str, Vec<&'static str>)> {
    let (text, tests) = line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit_once(" | ")?;
    let tests: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
    (!tests.is_empty()).then_some((text, tests))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_their_tests() {
        assert_eq!(row("| a \\| b | `x::y`, `z.rs` |"), Some(("a \\| b", vec!["x::y", "z.rs"])));
        assert_eq!(row("| Behaviour | Pinned by |"), None);
        assert!(behaviours().iter().all(|behaviour| !behaviour.section.is_empty()));
    }
}
