//! One run of the contract suite.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::Context;

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// It has nothing to say about this runtime: `only on local: …`.
    Elsewhere(String),
}

/// What a run of the suite says.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) outcomes: BTreeMap<String, Outcome>,
    /// The last line: how many, how long.
    pub(crate) summary: String,
}

impl Run {
    /// Runs the suite on a runtime and shows each test's line meanwhile, and what those said that failed.
    pub(crate) fn of(runtime: &str) -> anyhow::Result<Self> {
        let cargo = option_env!("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let mut suite = Command::new(cargo)
            // Of the whole workspace, as `./todo test` builds it: a package alone would have other features.
            .args(["test", "--quiet", "--workspace", "--test", "contract", "--"])
            // Most of the time is spent waiting.
            .args(["--show-output", "--format=pretty", "--test-threads=4"])
            .env("TODO_RUNTIME", runtime)
            .stdout(Stdio::piped())
            .spawn()
            .context("run cargo")?;
        let output = suite.stdout.take().context("the suite has no output")?;
        let (mut run, mut test, mut failures) = (Self::default(), None, false);
        for line in BufReader::new(output).lines() {
            let line = line.context("read the suite's output")?;
            failures |= line == "failures:";
            if failures || line.starts_with("test ") {
                eprintln!("{runtime}: {line}");
            }
            run.read(&line, &mut test);
        }
        suite.wait().context("wait for the suite")?;
        anyhow::ensure!(!run.summary.is_empty(), "the suite did not run to its end on {runtime}");
        Ok(run)
    }

    /// Takes one line in; `test` is the one whose output it may belong to.
    fn read(&mut self, line: &str, test: &mut Option<String>) {
        if let Some(summary) = line.strip_prefix("test result: ") {
            summary.clone_into(&mut self.summary);
        } else if let Some((name, outcome)) =
            line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... "))
        {
            let outcome = if outcome == "ok" { Outcome::Passed } else { Outcome::Failed };
            self.outcomes.insert(name.to_owned(), outcome);
        } else if let Some(name) =
            line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            *test = Some(name.to_owned());
        } else if let (Some(name), true) = (&test, line.starts_with("only on "))
            && let Entry::Occupied(mut found) = self.outcomes.entry(name.clone())
        {
            found.insert(Outcome::Elsewhere(line.to_owned()));
        }
    }

    /// Those that failed.
    pub(crate) fn failed(&self) -> impl Iterator<Item = &str> {
        let failed = self.outcomes.iter().filter(|(_, outcome)| **outcome == Outcome::Failed);
        failed.map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_outcomes() {
        let text = "test a::x ... ok\ntest a::y ... FAILED\ntest a::z ... ok\n\nsuccesses:\n\n---- a::z stdout ----\n\
                    only on local: because\n\ntest result: FAILED. 2 passed; 1 failed; finished in 1.00s\n";
        let (mut run, mut test) = (Run::default(), None);
        text.lines().for_each(|line| run.read(line, &mut test));
        assert_eq!(run.failed().collect::<Vec<_>>(), ["a::y"]);
        assert_eq!(run.outcomes["a::x"], Outcome::Passed);
        assert_eq!(run.outcomes["a::z"], Outcome::Elsewhere("only on local: because".to_owned()));
        assert!(run.summary.ends_with("1.00s"));
    }
}
