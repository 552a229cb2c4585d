//! Lines people write, with what they mean. `corpus/*.jsonl` always; another file of the same
//! format when `UTTERANCE_CORPUS` names one. Every failing line is reported at once.

mod compare;
mod observe;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};
use todo_language::{Context, Interpretation, LanguageError, Locale, interpret};

fn own(language: &str) -> PathBuf {
    PathBuf::from(format!("{}/corpus/{language}.jsonl", env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn own_corpus() -> Result<()> {
    let lines = run(&own("en"))?;
    ensure!(lines >= 150, "the corpus has only {lines} lines");
    Ok(())
}

#[test]
fn own_corpus_of_orders() -> Result<()> {
    run(&own("en-orders")).map(|_| ())
}

#[test]
fn own_corpus_of_days_and_times() -> Result<()> {
    run(&own("en-times")).map(|_| ())
}

#[test]
fn own_corpus_of_german() -> Result<()> {
    run(&own("de")).map(|_| ())
}

#[test]
fn own_corpus_of_urdu() -> Result<()> {
    run(&own("ur")).map(|_| ())
}

#[test]
fn corpus_named_by_the_environment() -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "names a file of the test, not configuration")]
    let path = std::env::var("UTTERANCE_CORPUS");
    match path {
        Ok(path) if !path.is_empty() => run(Path::new(&path)).map(|_| ()),
        _ => Ok(()),
    }
}

/// Reads every line of a file; fails with all lines that came out otherwise.
fn run(path: &Path) -> Result<usize> {
    let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let mut failures = Vec::new();
    let mut lines = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        lines += 1;
        let case: Value = serde_json::from_str(line).with_context(|| format!("parse {line}"))?;
        if let Err(problem) = check(&case) {
            failures.push(format!("{} {}\n    {problem:#}", case["id"], case["text"]));
        }
    }
    ensure!(
        failures.is_empty(),
        "{} of {lines} lines of {} failed:\n{}",
        failures.len(),
        path.display(),
        failures.join("\n")
    );
    Ok(lines)
}

fn check(case: &Value) -> Result<()> {
    let text = case["text"].as_str().context("a text")?;
    let zone = case["tz"].as_str().context("a zone")?.parse()?;
    let now = chrono::DateTime::parse_from_rfc3339(case["now"].as_str().context("now")?)?.to_utc();
    let locale = case["locale"].as_str().map_or_else(Locale::default, Locale::from_tag);
    let context = Context::new(now, &zone, locale);
    let seen = match interpret(text, &context) {
        Ok(found) => {
            spans_are_sound(text, &found)?;
            interpretation(&found, &context)
        }
        Err(error) => refused(&error),
    };
    let expected = case["expect"].as_object().context("expect")?;
    let mut best = compare::difference(expected, &seen);
    for other in case["accept"].as_array().into_iter().flatten() {
        let other = other.as_object().context("accept")?;
        if best.is_none() {
            break;
        }
        best = compare::difference(&with(expected, other), &seen).and(best);
    }
    match best {
        None => Ok(()),
        Some(problem) => anyhow::bail!("{problem}\n    seen {}", Value::Object(seen)),
    }
}

/// The command, the notes, and the order that was possible as well.
fn interpretation(found: &Interpretation, context: &Context<'_>) -> Map<String, Value> {
    let mut seen = observe::command(&found.command, context);
    seen.insert("notes".to_owned(), json!(found.notes));
    let order = found.order.as_ref().map(|order| observe::command(order, context));
    seen.insert("order".to_owned(), order.map_or(Value::Null, Value::Object));
    seen
}

/// An accepted reading replaces some values; another intent replaces all.
fn with(expected: &Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = if other.contains_key("intent") { Map::new() } else { expected.clone() };
    merged.extend(other.clone());
    merged
}

fn refused(error: &LanguageError) -> Map<String, Value> {
    let mut seen = Map::new();
    seen.insert("intent".to_owned(), "error".into());
    seen.insert("message".to_owned(), error.to_string().into());
    seen
}

fn spans_are_sound(text: &str, found: &todo_language::Interpretation) -> Result<()> {
    let mut end = 0;
    for span in &found.spans {
        ensure!(
            span.start >= end && span.start < span.end,
            "spans out of order: {:?}",
            found.spans
        );
        ensure!(text.get(span.start..span.end).is_some(), "span inside a character: {span:?}");
        end = span.end;
    }
    Ok(())
}
