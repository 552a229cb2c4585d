//! The `rrule` crate as a second opinion, in UTC and with SKIP=OMIT, where it is mostly right.

use chrono::NaiveDateTime;
use proptest::prelude::*;
use todo_recurrence::{Mode, Series, Start, Zone};

use crate::properties::{any_anchor, any_rrule};

const FIRST: usize = 40;

/// What the other implementation says; `None` for rules it refuses.
fn second_opinion(rule: &str, anchor: NaiveDateTime) -> Option<Vec<NaiveDateTime>> {
    let text = format!("DTSTART:{}\nRRULE:{rule}", anchor.format("%Y%m%dT%H%M%SZ"));
    let set: rrule::RRuleSet = text.parse().ok()?;
    let until = anchor + chrono::Duration::days(366 * 60);
    let limit = until.and_utc().with_timezone(&rrule::Tz::UTC);
    let dates = set.before(limit).all(FIRST as u16).dates;
    Some(dates.into_iter().map(|date| date.naive_utc()).collect())
}

proptest! {
    #[test]
    fn agrees_with_the_rrule_crate(rule in any_rrule(), anchor in any_anchor()) {
        let text = rule.to_string();
        // In the anchor's own week it takes BYSETPOS of the days from the anchor on, where RFC 5545 means the week.
        if text.contains("SKIP") || text.contains("WEEKLY") && text.contains("BYSETPOS") {
            return Ok(());
        }
        let Some(theirs) = second_opinion(&text, anchor) else { return Ok(()) };
        let series = Series::new(Start::Timed(anchor), rule, Mode::Schedule, Zone::utc(), []);
        let Ok(series) = series else {
            prop_assert!(theirs.is_empty(), "{text} from {anchor}: {theirs:?}");
            return Ok(());
        };
        let ours = series.occurrences(anchor.and_utc()).map(|occurrence| occurrence.at.naive_utc());
        let ours: Vec<_> = ours.take(theirs.len()).collect();
        prop_assert_eq!(ours, theirs, "{} from {}", text, anchor);
    }
}
