//! Runs the contract suite on both runtimes and prints what they have in common, as Markdown.
//!
//! `cargo run -p todo-tests --bin contract` runs both; with `local` or `dapr` as arguments, those. The table goes to
//! standard output, progress to standard error. It fails when any test does.

mod run;

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::bail;
use todo_tests::{Behaviour, behaviours};

use self::run::{Outcome, Run};

fn main() -> anyhow::Result<ExitCode> {
    let mut runtimes: Vec<String> = std::env::args().skip(1).collect();
    if let Some(other) = runtimes.iter().find(|name| !matches!(name.as_str(), "local" | "dapr")) {
        bail!("there is no runtime {other:?}: name local, dapr, or nothing for both");
    }
    if runtimes.is_empty() {
        runtimes = vec!["local".to_owned(), "dapr".to_owned()];
    }
    let runs: Vec<(String, Run)> = runtimes
        .into_iter()
        .map(|runtime| Run::of(&runtime).map(|run| (runtime, run)))
        .collect::<anyhow::Result<_>>()?;
    print_table(&runs);
    print_exceptions(&runs);
    for (runtime, run) in &runs {
        println!("\n{runtime}: {}", run.summary);
        for test in run.failed() {
            println!("- **failed**: `{test}`");
        }
    }
    let failed = runs.iter().any(|(_, run)| run.failed().next().is_some());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print_table(runs: &[(String, Run)]) {
    let columns: Vec<&str> = runs.iter().map(|(runtime, _)| runtime.as_str()).collect();
    let mut section = "";
    for behaviour in behaviours() {
        if behaviour.section != section {
            section = behaviour.section;
            println!("\n## {section}\n\n| Behaviour | {} |", columns.join(" | "));
            println!("|---|{}", "---|".repeat(columns.len()));
        }
        let cells: Vec<&str> =
            runs.iter().map(|(runtime, run)| cell(&behaviour, runtime, run)).collect();
        println!("| {} | {} |", behaviour.text, cells.join(" | "));
    }
}

/// Whether a runtime does as it says.
fn cell(behaviour: &Behaviour, runtime: &str, run: &Run) -> &'static str {
    let outcomes: Vec<&Outcome> = behaviour
        .tests
        .iter()
        .flat_map(|pattern| run.outcomes.iter().filter(|(test, _)| names(pattern, test)))
        .map(|(_, outcome)| outcome)
        .collect();
    let own_tests = behaviour.tests.iter().any(|name| name.ends_with(".rs"));
    let passed = outcomes.contains(&&Outcome::Passed) || (own_tests && runtime == "local");
    let elsewhere = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Elsewhere(_)));
    if outcomes.contains(&&Outcome::Failed) {
        return "**no**";
    }
    match (passed, elsewhere) {
        (true, false) => "yes",
        // The list at the end says what of it is not, and why.
        (true, true) => "in part",
        (false, _) => "–",
    }
}

/// `order::*` names every test of a file.
fn names(pattern: &str, test: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(file) => test.starts_with(file),
        None => test == pattern,
    }
}

/// What is true of one runtime only, and why.
fn print_exceptions(runs: &[(String, Run)]) {
    let exceptions: BTreeMap<&str, &str> = runs
        .iter()
        .flat_map(|(_, run)| &run.outcomes)
        .filter_map(|(test, outcome)| match outcome {
            Outcome::Elsewhere(reason) => Some((test.as_str(), reason.as_str())),
            Outcome::Passed | Outcome::Failed => None,
        })
        .collect();
    if !exceptions.is_empty() {
        println!("\n## Of one runtime only\n");
    }
    for (test, reason) in exceptions {
        println!("- `{test}` {reason}");
    }
}
