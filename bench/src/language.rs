//! What understanding one line costs, over a corpus of lines.

use std::{fs, hint::black_box, time::Instant};

use anyhow::{Context as _, Result};
use serde_json::Value;
use todo_language::{Context, Locale, interpret};
use todo_recurrence::Zone;

const ROUNDS: u32 = 20;
const BATCHES: u32 = 20;
const OWN_CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/language/corpus/en.jsonl");

struct Case {
    text: String,
    now: chrono::DateTime<chrono::Utc>,
    zone: Zone,
    locale: Locale,
}

/// Prints nanoseconds a line; the best of some batches is what a line costs when nobody else uses the processor.
pub(crate) fn report() -> Result<()> {
    let text = fs::read_to_string(OWN_CORPUS).context(OWN_CORPUS)?;
    let cases: Vec<Case> = text.lines().map(parse).collect::<Result<_>>()?;
    let mut costs: Vec<(u128, &str)> =
        cases.iter().map(|case| (cost(case), case.text.as_str())).collect();
    costs.sort_unstable();
    let mean = costs.iter().map(|(nanos, _)| nanos).sum::<u128>() / costs.len().max(1) as u128;
    let at = |share: usize| costs[(costs.len() - 1) * share / 100];
    println!("\nlanguage, {} lines (budget 10,000 ns a line)", costs.len());
    println!("mean {mean} ns, p50 {} ns, p99 {} ns", at(50).0, at(99).0);
    println!("slowest {} ns: {}", at(100).0, at(100).1);
    Ok(())
}

fn parse(line: &str) -> Result<Case> {
    let case: Value = serde_json::from_str(line)?;
    let field = |name: &str| case[name].as_str().with_context(|| format!("{name} in {line}"));
    Ok(Case {
        text: field("text")?.to_owned(),
        now: chrono::DateTime::parse_from_rfc3339(field("now")?)?.to_utc(),
        zone: field("tz")?.parse()?,
        locale: case["locale"].as_str().map_or_else(Locale::default, Locale::from_tag),
    })
}

fn cost(case: &Case) -> u128 {
    let context = Context::new(case.now, &case.zone, case.locale);
    let _ = black_box(interpret(&case.text, &context));
    let batch = || {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            let _ = black_box(interpret(black_box(&case.text), &context));
        }
        start.elapsed().as_nanos() / u128::from(ROUNDS)
    };
    (0..BATCHES).map(|_| batch()).min().unwrap_or_default()
}
