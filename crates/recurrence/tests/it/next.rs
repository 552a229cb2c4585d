//! By schedule: one current occurrence, and how many were missed.

use todo_recurrence::{Mode, Series};

use crate::support::*;

/// anchor, rule, completed occurrence, completed at, next; in Karachi (UTC+5)
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "2026-11-06T09:00",
        "FREQ=WEEKLY;BYDAY=FR",
        "2026-11-06T09:00",
        "2026-11-06T05:00:00Z",
        "2026-11-13T09:00 0",
    ),
    // Early, late, and late by weeks.
    (
        "2026-11-06T09:00",
        "FREQ=WEEKLY;BYDAY=FR",
        "2026-11-06T09:00",
        "2026-11-01T05:00:00Z",
        "2026-11-13T09:00 0",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=WEEKLY;BYDAY=FR",
        "2026-11-06T09:00",
        "2026-11-13T04:00:00Z",
        "2026-11-13T09:00 0",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=WEEKLY;BYDAY=FR",
        "2026-11-06T09:00",
        "2026-11-13T04:00:01Z",
        "2026-11-20T09:00 1",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=WEEKLY;BYDAY=FR",
        "2026-11-06T09:00",
        "2026-12-01T04:00:00Z",
        "2026-12-04T09:00 3",
    ),
    // A whole day is current all day, in the zone of the series.
    ("2026-03-01", "FREQ=DAILY", "2026-03-01", "2026-03-05T12:00:00Z", "2026-03-05 3"),
    ("2026-03-01", "FREQ=DAILY", "2026-03-01", "2026-03-05T20:00:00Z", "2026-03-06 4"),
    ("2026-03-01", "FREQ=DAILY", "2026-03-05", "2026-03-05T12:00:00Z", "2026-03-06 0"),
    (
        "2026-01-31",
        "FREQ=MONTHLY;SKIP=BACKWARD",
        "2026-01-31",
        "2026-05-02T12:00:00Z",
        "2026-05-31 3",
    ),
    (
        "2026-01-01",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "2026-01-05",
        "2026-03-10T12:00:00Z",
        "2026-03-16 4",
    ),
    (
        "2026-01-01",
        "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1",
        "2026-01-01",
        "2028-01-02T12:00:00Z",
        "2028-07-01 4",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=HOURLY;INTERVAL=8",
        "2026-11-06T09:00",
        "2026-11-07T04:30:00Z",
        "2026-11-07T17:00 3",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=HOURLY;INTERVAL=8;BYDAY=FR",
        "2026-11-06T09:00",
        "2026-11-14T04:30:00Z",
        "2026-11-20T01:00 4",
    ),
    (
        "2026-11-06T09:00",
        "0 9,18 * * 1-5",
        "2026-11-06T09:00",
        "2026-11-09T06:00:00Z",
        "2026-11-09T18:00 2",
    ),
    (
        "2026-11-06T09:00",
        "*/5 * * * *",
        "2026-11-06T09:00",
        "2026-11-08T04:02:00Z",
        "2026-11-08T09:05 576",
    ),
    // Ends.
    ("2026-11-06", "FREQ=DAILY;COUNT=3", "2026-11-07", "2026-11-07T06:00:00Z", "2026-11-08 0"),
    ("2026-11-06", "FREQ=DAILY;COUNT=3", "2026-11-08", "2026-11-08T06:00:00Z", "ended"),
    ("2026-11-06", "FREQ=DAILY;COUNT=3", "2026-11-06", "2026-11-09T06:00:00Z", "ended"),
    (
        "2026-11-06T09:00",
        "FREQ=DAILY;UNTIL=20261108",
        "2026-11-07T09:00",
        "2026-11-07T06:00:00Z",
        "2026-11-08T09:00 0",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=DAILY;UNTIL=20261108T085959",
        "2026-11-07T09:00",
        "2026-11-07T06:00:00Z",
        "ended",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=DAILY;UNTIL=20261108T090000",
        "2026-11-07T09:00",
        "2026-11-07T06:00:00Z",
        "2026-11-08T09:00 0",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=DAILY;UNTIL=20261108T040000Z",
        "2026-11-07T09:00",
        "2026-11-07T06:00:00Z",
        "2026-11-08T09:00 0",
    ),
    (
        "2026-11-06T09:00",
        "FREQ=DAILY;UNTIL=20261108T035959Z",
        "2026-11-07T09:00",
        "2026-11-07T06:00:00Z",
        "ended",
    ),
    (
        "2026-11-06",
        "FREQ=DAILY;UNTIL=20261108T235959",
        "2026-11-07",
        "2026-11-07T06:00:00Z",
        "2026-11-08 0",
    ),
    (
        "2026-11-06",
        "FREQ=DAILY;UNTIL=20261108T235959",
        "2026-11-08",
        "2026-11-08T06:00:00Z",
        "ended",
    ),
    // An occurrence that was moved, or whose kind changed, still has one that follows.
    ("2026-11-06", "FREQ=WEEKLY;BYDAY=FR", "2026-11-07", "2026-11-07T06:00:00Z", "2026-11-13 0"),
    ("2026-11-06", "FREQ=DAILY", "2026-11-07T17:00", "2026-11-07T06:00:00Z", "2026-11-08 0"),
    ("2026-11-06T09:00", "FREQ=DAILY", "2026-11-07", "2026-11-07T06:00:00Z", "2026-11-08T09:00 0"),
    ("2026-11-06T09:00", "FREQ=DAILY", "2026-11-01", "2026-11-01T06:00:00Z", "2026-11-06T09:00 0"),
];

#[test]
fn one_current_occurrence() {
    for (anchor, rule, after, completed_at, expected) in CASES {
        let series = series_in("Asia/Karachi", anchor, rule);
        let found = next(&series, after, completed_at);
        assert_eq!(found, *expected, "{anchor} {rule} {after} done {completed_at}");
    }
}

fn except(anchor: &str, text: &str, dates: &[&str]) -> Series {
    let dates = dates.iter().map(|date| date.parse().unwrap());
    Series::new(start(anchor), rule(text), Mode::Schedule, zone("Asia/Karachi"), dates).unwrap()
}

#[test]
fn excepted_days_are_neither_due_nor_missed() {
    let series =
        except("2026-12-04", "FREQ=WEEKLY;BYDAY=FR", &["2026-12-25", "2026-12-26", "2027-01-08"]);
    assert_eq!(keys(&series, 4), ["2026-12-04", "2026-12-11", "2026-12-18", "2027-01-01"]);
    assert_eq!(next(&series, "2026-12-18", "2026-12-18T09:00:00Z"), "2027-01-01 0");
    assert_eq!(next(&series, "2026-12-18", "2027-01-04T09:00:00Z"), "2027-01-15 1");
    // COUNT counts them (RFC 5545 §3.8.5.1).
    let series = except("2026-12-04", "FREQ=WEEKLY;COUNT=4", &["2026-12-25", "2026-12-04"]);
    assert_eq!(keys(&series, 9), ["2026-12-11", "2026-12-18"]);
    assert_eq!(series.first().unwrap().start, start("2026-12-11"));
    let hourly = except("2026-12-04T22:00", "FREQ=HOURLY", &["2026-12-05"]);
    assert_eq!(keys(&hourly, 3), ["2026-12-04T22:00", "2026-12-04T23:00", "2026-12-06T00:00"]);
    assert_eq!(
        next(&hourly, "2026-12-04T22:00", "2026-12-06T00:30:00+05:00"),
        "2026-12-06T01:00 2"
    );
    let cron = except("2026-12-04T22:00", "0 * * * *", &["2026-12-05"]);
    assert_eq!(next(&cron, "2026-12-04T22:00", "2026-12-06T00:30:00+05:00"), "2026-12-06T01:00 2");
}

#[test]
fn nothing_left_is_no_occurrence() {
    let series = except("2026-12-04", "FREQ=DAILY;COUNT=2", &["2026-12-04", "2026-12-05"]);
    assert_eq!(series.first(), None);
    let series = series_in("UTC", "2026-12-04", "FREQ=DAILY;UNTIL=20261203");
    assert_eq!(series.first(), None);
}

#[test]
fn previews_start_where_asked() {
    let series = series_in("Asia/Karachi", "2026-11-27T17:00", "FREQ=WEEKLY;BYDAY=FR");
    let preview = |from: &str| {
        let all = series.occurrences(utc(from)).take(2);
        all.map(|occurrence| occurrence.start.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(preview("2026-11-20T00:00:00Z"), ["2026-11-27T17:00", "2026-12-04T17:00"]);
    assert_eq!(preview("2026-11-27T12:00:00Z"), ["2026-11-27T17:00", "2026-12-04T17:00"]);
    assert_eq!(preview("2026-11-27T12:00:01Z"), ["2026-12-04T17:00", "2026-12-11T17:00"]);
}
