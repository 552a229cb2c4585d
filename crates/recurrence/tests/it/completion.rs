//! Counting from the completion.

use crate::support::*;

/// anchor, rule, completed occurrence, completed at, next
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    ("2026-03-04", "FREQ=DAILY;INTERVAL=4", "2026-03-04", "2026-03-04T20:00:00Z", "2026-03-08 0"),
    ("2026-03-04", "FREQ=DAILY;INTERVAL=4", "2026-03-04", "2026-03-06T20:00:00Z", "2026-03-10 0"),
    // 23:30 in UTC is the next day in Berlin.
    ("2026-03-04", "FREQ=DAILY;INTERVAL=4", "2026-03-04", "2026-03-06T23:30:00Z", "2026-03-11 0"),
    // Early: later than the occurrence just done, in whole intervals.
    ("2026-03-10", "FREQ=DAILY;INTERVAL=4", "2026-03-10", "2026-03-04T10:00:00Z", "2026-03-12 0"),
    ("2026-03-10", "FREQ=DAILY", "2026-03-10", "2026-03-09T10:00:00Z", "2026-03-11 0"),
    // Twice on one day.
    ("2026-03-04", "FREQ=DAILY;INTERVAL=4", "2026-03-08", "2026-03-04T21:00:00Z", "2026-03-12 0"),
    // The anchor's time of day.
    (
        "2026-03-04T09:00",
        "FREQ=DAILY;INTERVAL=10",
        "2026-03-04T09:00",
        "2026-03-07T16:20:00Z",
        "2026-03-17T09:00 0",
    ),
    (
        "2026-03-04T20:00",
        "FREQ=DAILY",
        "2026-03-04T20:00",
        "2026-03-04T07:00:00Z",
        "2026-03-05T20:00 0",
    ),
    (
        "2026-03-04T02:30",
        "FREQ=DAILY",
        "2026-03-04T02:30",
        "2026-03-28T12:00:00Z",
        "2026-03-29T02:30 0",
    ),
    ("2026-01-04", "FREQ=WEEKLY;INTERVAL=2", "2026-01-04", "2026-01-07T12:00:00Z", "2026-01-21 0"),
    ("2026-01-04", "FREQ=MONTHLY", "2026-01-04", "2026-01-31T12:00:00Z", "2026-02-28 0"),
    ("2026-01-04", "FREQ=MONTHLY;INTERVAL=3", "2026-01-04", "2026-02-10T12:00:00Z", "2026-05-10 0"),
    ("2026-01-04", "FREQ=YEARLY", "2026-01-04", "2028-02-29T12:00:00Z", "2029-02-28 0"),
    // Filters: the next day they allow.
    ("2026-03-04", "FREQ=WEEKLY;BYDAY=FR", "2026-03-06", "2026-03-09T12:00:00Z", "2026-03-13 0"),
    (
        "2026-03-02",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "2026-03-02",
        "2026-03-02T12:00:00Z",
        "2026-03-16 0",
    ),
    (
        "2026-03-02",
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1",
        "2026-03-02",
        "2026-03-04T12:00:00Z",
        "2026-06-01 0",
    ),
    // Hours from the minute it was done.
    (
        "2026-03-04T19:00",
        "FREQ=HOURLY;INTERVAL=12",
        "2026-03-04T19:00",
        "2026-03-04T18:40:27Z",
        "2026-03-05T07:40 0",
    ),
    (
        "2026-03-28T19:00",
        "FREQ=HOURLY;INTERVAL=12",
        "2026-03-28T19:00",
        "2026-03-28T19:00:00Z",
        "2026-03-29T09:00 0",
    ),
    (
        "2026-03-04T19:00",
        "FREQ=HOURLY",
        "2026-03-04T19:00",
        "2026-03-04T12:20:00Z",
        "2026-03-04T19:20 0",
    ),
    (
        "2026-03-04T09:00",
        "0 9 * * 1-5",
        "2026-03-06T09:00",
        "2026-03-07T12:00:00Z",
        "2026-03-09T09:00 0",
    ),
    (
        "2026-03-04T09:00",
        "0 9,18 * * *",
        "2026-03-04T09:00",
        "2026-03-04T09:00:00Z",
        "2026-03-04T18:00 0",
    ),
    ("2026-03-04", "0 9,18 * * *", "2026-03-04", "2026-03-04T09:00:00Z", "2026-03-05 0"),
    (
        "2026-03-04",
        "FREQ=DAILY;INTERVAL=4;UNTIL=20260309",
        "2026-03-04",
        "2026-03-05T20:00:00Z",
        "2026-03-09 0",
    ),
    (
        "2026-03-04",
        "FREQ=DAILY;INTERVAL=4;UNTIL=20260309",
        "2026-03-04",
        "2026-03-06T20:00:00Z",
        "ended",
    ),
];

#[test]
fn intervals_count_from_the_completion() {
    for (anchor, rule, after, completed_at, expected) in CASES {
        let series = after_completion(anchor, rule);
        let found = next(&series, after, completed_at);
        assert_eq!(found, *expected, "{anchor} {rule} {after} done {completed_at}");
    }
}
