//! Changes of the clock. New York 2026: 8 March 02:00 → 03:00, 1 November 02:00 → 01:00.

use chrono::NaiveDate;
use todo_recurrence::{Mode, Series};

use crate::support::*;

/// zone, anchor, rule, instants
const CASES: &[(&str, &str, &str, &[&str])] = &[
    // A time in the gap moves forward by the gap, once, and is itself again the next day.
    (
        "America/New_York",
        "2026-03-07T02:30",
        "FREQ=DAILY",
        &["2026-03-07T07:30Z", "2026-03-08T07:30Z", "2026-03-09T06:30Z"],
    ),
    (
        "America/New_York",
        "2026-03-08T02:30",
        "FREQ=DAILY",
        &["2026-03-08T07:30Z", "2026-03-09T06:30Z"],
    ),
    (
        "America/New_York",
        "2026-03-07T02:30",
        "30 2 * * *",
        &["2026-03-07T07:30Z", "2026-03-08T07:30Z"],
    ),
    // A time that happens twice counts the first time.
    (
        "America/New_York",
        "2026-10-31T01:30",
        "FREQ=DAILY",
        &["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"],
    ),
    // Half-hourly through the gap: 02:00 and 02:30 stand for nothing that 03:00 and 03:30 do not.
    (
        "America/New_York",
        "2026-03-08T01:30",
        "*/30 * * * *",
        &["2026-03-08T06:30Z", "2026-03-08T07:00Z", "2026-03-08T07:30Z", "2026-03-08T08:00Z"],
    ),
    // Twice in the gap hour and not after it: both move.
    (
        "America/New_York",
        "2026-03-08T01:30",
        "0,30 2 * * *",
        &["2026-03-08T07:00Z", "2026-03-08T07:30Z", "2026-03-09T06:00Z"],
    ),
    (
        "America/New_York",
        "2026-03-08T01:30",
        "30 2,3 * * *",
        &["2026-03-08T07:30Z", "2026-03-09T06:30Z"],
    ),
    // The wall clock passes through the repeated hour once.
    (
        "America/New_York",
        "2026-11-01T00:30",
        "*/30 * * * *",
        &["2026-11-01T04:30Z", "2026-11-01T05:00Z", "2026-11-01T05:30Z", "2026-11-01T07:00Z"],
    ),
    // Hours are elapsed: none repeats, none is missing.
    (
        "America/New_York",
        "2026-03-08T00:00",
        "FREQ=HOURLY",
        &["2026-03-08T05:00Z", "2026-03-08T06:00Z", "2026-03-08T07:00Z", "2026-03-08T08:00Z"],
    ),
    (
        "America/New_York",
        "2026-11-01T00:00",
        "FREQ=HOURLY",
        &["2026-11-01T04:00Z", "2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"],
    ),
    // Midnight does not exist in Santiago on 6 September 2026: the day still starts, at 01:00.
    (
        "America/Santiago",
        "2026-09-05T00:00",
        "FREQ=DAILY",
        &["2026-09-05T04:00Z", "2026-09-06T04:00Z", "2026-09-07T03:00Z"],
    ),
    (
        "America/Santiago",
        "2026-09-05",
        "FREQ=DAILY",
        &["2026-09-05T04:00Z", "2026-09-06T04:00Z", "2026-09-07T03:00Z"],
    ),
    (
        "America/Santiago",
        "2026-09-05T00:00",
        "0 0 * * *",
        &["2026-09-05T04:00Z", "2026-09-06T04:00Z"],
    ),
    (
        "Europe/Berlin",
        "2026-03-29T02:30",
        "FREQ=DAILY",
        &["2026-03-29T01:30Z", "2026-03-30T00:30Z"],
    ),
    (
        "Europe/Berlin",
        "2026-10-25T02:30",
        "FREQ=DAILY",
        &["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
    ),
    // Twelve hours are twelve hours.
    (
        "Europe/Berlin",
        "2026-03-28T19:00",
        "FREQ=HOURLY;INTERVAL=12",
        &["2026-03-28T18:00Z", "2026-03-29T06:00Z", "2026-03-29T18:00Z"],
    ),
    // Lord Howe changes by half an hour.
    (
        "Australia/Lord_Howe",
        "2026-10-04T02:15",
        "FREQ=DAILY",
        &["2026-10-03T15:45Z", "2026-10-04T15:15Z"],
    ),
    // Samoa had no 30 December 2011.
    (
        "Pacific/Apia",
        "2011-12-29T09:00",
        "FREQ=DAILY",
        &["2011-12-29T19:00Z", "2011-12-30T19:00Z", "2011-12-31T19:00Z"],
    ),
    (
        "Pacific/Apia",
        "2011-12-30T09:00",
        "FREQ=WEEKLY",
        &["2011-12-30T19:00Z", "2012-01-05T19:00Z"],
    ),
];

#[test]
fn every_change_of_the_clock_is_met_once() {
    for (zone, anchor, rule, expected) in CASES {
        let series = series_in(zone, anchor, rule);
        assert_eq!(instants(&series, expected.len()), *expected, "{zone} {anchor} {rule}");
    }
}

#[test]
fn keys_keep_the_time_the_rule_names() {
    let series = series_in("Europe/Berlin", "2026-03-28T02:30", "FREQ=DAILY");
    assert_eq!(keys(&series, 3), ["2026-03-28T02:30", "2026-03-29T02:30", "2026-03-30T02:30"]);
}

#[test]
fn keys_of_the_repeated_hour_differ() {
    let series = series_in("America/New_York", "2026-11-01T00:00", "FREQ=HOURLY");
    let expected =
        ["2026-11-01T00:00", "2026-11-01T01:00", "2026-11-01T06:00Z", "2026-11-01T02:00"];
    assert_eq!(keys(&series, 4), expected);
    let mut walked = vec![series.start().to_string()];
    for _ in 1..4 {
        let next = series.occurrence_after(&start(walked.last().unwrap())).unwrap();
        walked.push(next.start.to_string());
    }
    assert_eq!(walked, expected);
}

#[test]
fn thirteen_hours_may_land_on_the_second_pass() {
    let series = series_in("America/New_York", "2026-10-31T12:30", "FREQ=HOURLY;INTERVAL=14");
    assert_eq!(keys(&series, 3), ["2026-10-31T12:30", "2026-11-01T06:30Z", "2026-11-01T15:30"]);
}

#[test]
fn catching_up_is_right_beside_a_change() {
    // 30 minutes past two moved to 03:30; at 03:10 it is still to come.
    let daily = series_in("America/New_York", "2026-03-01T02:30", "FREQ=DAILY");
    assert_eq!(next(&daily, "2026-03-05T02:30", "2026-03-08T07:10:00Z"), "2026-03-08T02:30 2");
    assert_eq!(next(&daily, "2026-03-05T02:30", "2026-03-08T07:31:00Z"), "2026-03-09T02:30 3");
    // In the second pass of the hour, the first pass is over.
    let daily = series_in("America/New_York", "2026-10-01T01:30", "FREQ=DAILY");
    assert_eq!(next(&daily, "2026-10-30T01:30", "2026-11-01T05:15:00Z"), "2026-11-01T01:30 1");
    assert_eq!(next(&daily, "2026-10-30T01:30", "2026-11-01T06:15:00Z"), "2026-11-02T01:30 2");
    // What the gap swallowed was never missed.
    let cron = series_in("America/New_York", "2026-03-08T00:00", "*/30 * * * *");
    assert_eq!(next(&cron, "2026-03-08T01:00", "2026-03-08T08:00:00Z"), "2026-03-08T04:00 3");
}

#[test]
fn zones_resolve_both_ways() {
    let zone = zone("america/new_york");
    assert_eq!(zone.to_string(), "America/New_York");
    let at = |text: &str| zone.resolve(text.parse().unwrap());
    assert_eq!(at("2026-03-08T02:30:00"), utc("2026-03-08T07:30:00Z"));
    assert_eq!(at("2026-11-01T01:30:00"), utc("2026-11-01T05:30:00Z"));
    assert_eq!(zone.local(utc("2026-11-01T06:30:00Z")), "2026-11-01T01:30:00".parse().unwrap());
    // Bundled data, not the system's: Vancouver keeps summer time from 2026 on.
    let vancouver = crate::support::zone("America/Vancouver");
    assert_eq!(
        vancouver.resolve("2026-12-01T00:00:00".parse().unwrap()),
        utc("2026-12-01T07:00:00Z")
    );
}

#[test]
fn far_times_do_not_panic() {
    for name in ["America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "UTC"] {
        let zone = zone(name);
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let local = date.and_hms_opt(0, 0, 0).unwrap();
            let _ = zone.resolve(
                local + chrono::Duration::days(if date == NaiveDate::MIN { 2 } else { -2 }),
            );
        }
        let series = Series::new(start("9998-12-30"), rule("FREQ=DAILY"), Mode::Schedule, zone, []);
        assert_eq!(keys(&series.unwrap(), 9).len(), 2);
    }
}
