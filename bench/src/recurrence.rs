//! What the next occurrence of a series costs. The series start in 1996 and are asked in 2026: the age must not matter.

use std::{hint::black_box, time::Instant};

use anyhow::Context as _;
use chrono::{DateTime, Duration, Utc};
use todo_recurrence::{Mode, Rule, Series, Start, Zone};

const BATCHES: u32 = 100;
const BATCH: u32 = 1_000;

const RULES: [(&str, &str); 13] = [
    ("1996-01-31T09:00", "FREQ=DAILY"),
    ("1996-01-31T02:30", "FREQ=DAILY;INTERVAL=3"),
    ("1996-01-31", "FREQ=DAILY"),
    ("1996-01-31T09:00", "FREQ=HOURLY;INTERVAL=12"),
    ("1996-01-31T09:00", "FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR"),
    ("1996-01-31T09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"),
    ("1996-01-31T09:00", "FREQ=MONTHLY;SKIP=BACKWARD"),
    ("1996-01-31T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("1996-01-31T09:00", "FREQ=MONTHLY;BYDAY=3FR;COUNT=1000"),
    ("1996-02-29T09:00", "FREQ=YEARLY"),
    ("1996-02-29T09:00", "FREQ=YEARLY;BYDAY=20MO"),
    ("1996-01-31T09:00", "30 9 * * 1-5"),
    ("1996-01-31T09:00", "0 9 29 2 *"),
];

/// Prints nanoseconds for parsing a rule, building its series, the next occurrence, and catching up after two months.
pub(crate) fn report() -> anyhow::Result<()> {
    println!("\nrecurrence, in ns (budget 1,000 ns for `next`)");
    let zone: Zone = "America/New_York".parse()?;
    println!("{:>8} {:>8} {:>8} {:>8}  rule", "parse", "new", "next", "catch up");
    for (start, text) in RULES {
        let start: Start = start.parse()?;
        let rule = text.parse::<Rule>()?;
        let build = || Series::new(start, rule.clone(), Mode::Schedule, zone.clone(), []);
        let series = build()?;
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse()?;
        let current = series.occurrences(now).next().context("no occurrence")?;
        let neglected = series.occurrences(now - Duration::days(60)).next().context("none")?;
        println!(
            "{:>8} {:>8} {:>8} {:>8}  {text} from {start}",
            cost(|| text.parse::<Rule>().is_ok()),
            cost(|| build().is_ok()),
            cost(|| series.next(black_box(&current.start), current.at)),
            cost(|| series.next(black_box(&neglected.start), now)),
        );
    }
    Ok(())
}

/// The cheapest of many batches: what the machine's other work adds is no cost of ours.
fn cost<T>(mut run: impl FnMut() -> T) -> u128 {
    let mut batch = || {
        let start = Instant::now();
        for _ in 0..BATCH {
            black_box(run());
        }
        start.elapsed().as_nanos() / u128::from(BATCH)
    };
    (0..BATCHES).map(|_| batch()).min().unwrap_or_default()
}
