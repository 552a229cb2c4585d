//! Shorthands for tables.

use chrono::{DateTime, Utc};
use todo_recurrence::{Mode, Next, Rule, Series, Start, Zone};

pub(crate) fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

pub(crate) fn start(text: &str) -> Start {
    text.parse().unwrap()
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn rule(text: &str) -> Rule {
    text.parse().unwrap()
}

pub(crate) fn series_in(zone_name: &str, anchor: &str, text: &str) -> Series {
    Series::new(start(anchor), rule(text), Mode::Schedule, zone(zone_name), []).unwrap()
}

pub(crate) fn after_completion(anchor: &str, text: &str) -> Series {
    let zone = zone("Europe/Berlin");
    Series::new(start(anchor), rule(text), Mode::AfterCompletion, zone, []).unwrap()
}

/// The keys of the first `count` occurrences.
pub(crate) fn keys(series: &Series, count: usize) -> Vec<String> {
    let all = series.occurrences(DateTime::<Utc>::MIN_UTC + chrono::Duration::days(365));
    all.take(count).map(|occurrence| occurrence.start.to_string()).collect()
}

/// The instants of the first `count` occurrences, to the minute.
pub(crate) fn instants(series: &Series, count: usize) -> Vec<String> {
    let from = series.start().instant(series.zone());
    let all = series.occurrences(from).take(count);
    all.map(|occurrence| occurrence.at.format("%Y-%m-%dT%H:%MZ").to_string()).collect()
}

/// `key missed`, or `ended`.
pub(crate) fn next(series: &Series, after: &str, completed_at: &str) -> String {
    match series.next(&start(after), utc(completed_at)) {
        Next::Occurrence { start, missed, .. } => format!("{start} {missed}"),
        Next::Ended => "ended".to_owned(),
    }
}
