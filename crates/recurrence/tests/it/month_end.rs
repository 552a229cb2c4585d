//! Ends of months and leap days: computed from the anchor, so nothing drifts.

use crate::support::*;

/// anchor, rule, keys
const CASES: &[(&str, &str, &[&str])] = &[
    (
        "2026-01-31",
        "FREQ=MONTHLY;SKIP=BACKWARD",
        &["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    ),
    (
        "2026-01-31",
        "FREQ=MONTHLY;SKIP=FORWARD",
        &["2026-01-31", "2026-03-01", "2026-03-31", "2026-05-01"],
    ),
    ("2026-01-31", "FREQ=MONTHLY", &["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]),
    (
        "2026-01-30",
        "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
        &["2026-01-31", "2026-02-28", "2026-03-31"],
    ),
    // Two days that fall on one are one.
    (
        "2026-02-01",
        "FREQ=MONTHLY;BYMONTHDAY=30,31;SKIP=BACKWARD",
        &["2026-02-28", "2026-03-30", "2026-03-31", "2026-04-30", "2026-05-30"],
    ),
    (
        "2026-02-02",
        "FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD",
        &["2026-03-01", "2026-03-31", "2026-04-01", "2026-05-01", "2026-05-31"],
    ),
    (
        "2026-02-02",
        "FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD;COUNT=3",
        &["2026-03-01", "2026-03-31", "2026-04-01"],
    ),
    ("2026-03-31", "FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", &["2026-03-31", "2026-05-01"]),
    (
        "2026-04-02",
        "FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=FORWARD",
        &["2026-05-01", "2026-06-01", "2026-07-01"],
    ),
    (
        "2026-01-15",
        "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        &["2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28"],
    ),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=-1", &["2026-01-31", "2026-02-28", "2026-03-31"]),
    ("2026-01-01", "FREQ=MONTHLY;BYMONTHDAY=-29", &["2026-01-03", "2026-03-03", "2026-04-02"]),
    ("2028-02-29", "FREQ=YEARLY", &["2028-02-29", "2032-02-29", "2036-02-29"]),
    (
        "2028-02-29",
        "FREQ=YEARLY;SKIP=BACKWARD",
        &["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
    ),
    ("2028-02-29", "FREQ=YEARLY;SKIP=FORWARD", &["2028-02-29", "2029-03-01", "2030-03-01"]),
    ("2096-02-29", "FREQ=YEARLY", &["2096-02-29", "2104-02-29"]),
    (
        "2028-02-28",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD",
        &["2028-02-29", "2029-02-28"],
    ),
    ("2026-01-01", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", &["2032-02-29", "2060-02-29"]),
    // The last workday.
    (
        "2026-01-01",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        &["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"],
    ),
    (
        "2026-01-01",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        &["2026-01-31", "2026-02-28", "2026-03-31"],
    ),
    (
        "2026-01-01",
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        &["2026-12-31", "2027-12-31", "2028-12-29"],
    ),
    (
        "2026-03-04",
        "FREQ=MONTHLY;BYDAY=+3FR",
        &["2026-03-20", "2026-04-17", "2026-05-15", "2026-06-19"],
    ),
    ("2026-01-01", "FREQ=MONTHLY;BYDAY=5MO", &["2026-03-30", "2026-06-29"]),
    (
        "2026-03-04",
        "FREQ=MONTHLY;INTERVAL=3",
        &["2026-03-04", "2026-06-04", "2026-09-04", "2026-12-04"],
    ),
    ("2026-01-01", "0 0 31 * *", &["2026-01-31", "2026-03-31", "2026-05-31"]),
    ("2026-01-01", "0 0 29 2 *", &["2028-02-29", "2032-02-29"]),
];

#[test]
fn months_end_where_they_should() {
    for (anchor, rule, expected) in CASES {
        let series = series_in("Asia/Karachi", anchor, rule);
        assert_eq!(keys(&series, expected.len()), *expected, "{anchor} {rule}");
    }
}

#[test]
fn a_century_of_month_ends() {
    let series = series_in("UTC", "1996-01-31", "FREQ=MONTHLY;SKIP=BACKWARD");
    let keys = keys(&series, 1201);
    assert_eq!(keys[1200], "2096-01-31");
    assert!(keys.iter().all(|key| key[8..].parse::<u8>().unwrap() >= 28));
}
