//! What is refused, and in which words.

use todo_recurrence::{Mode, Rule, Series, Start, Zone};

use crate::support::*;

/// text, what the message says
const RULES: &[(&str, &str)] = &[
    ("", "it is empty"),
    ("RRULE:", "it has 1 fields where 5 are needed"),
    ("INTERVAL=2", "FREQ is missing"),
    ("FREQ=FORTNIGHTLY", "FREQ: `FORTNIGHTLY` is not one of HOURLY, DAILY"),
    ("FREQ=MINUTELY", "FREQ: `MINUTELY`"),
    ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
    ("FREQ=DAILY;INTERVAL=0", "INTERVAL: `0` is not a whole number from 1"),
    ("FREQ=DAILY;INTERVAL=-1", "INTERVAL: `-1`"),
    ("FREQ=DAILY;INTERVAL=", "INTERVAL: ``"),
    ("FREQ=DAILY;INTERVAL=99999999999", "INTERVAL: `99999999999`"),
    ("FREQ=DAILY;COUNT=0", "COUNT: `0` is not a whole number from 1 to 10000"),
    ("FREQ=DAILY;COUNT=10001", "COUNT: `10001`"),
    ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "COUNT cannot stand beside UNTIL"),
    ("FREQ=DAILY;UNTIL=2026-12-31", "UNTIL: `2026-12-31` is not 20261231,"),
    ("FREQ=DAILY;UNTIL=20261331", "UNTIL: `20261331`"),
    ("FREQ=DAILY;UNTIL=20261231T250000Z", "UNTIL"),
    ("FREQ=DAILY;UNTIL=20261231Z", "UNTIL"),
    ("FREQ=DAILY;UNTIL=２０２６１２３１", "UNTIL"),
    ("FREQ=WEEKLY;BYDAY=XX", "BYDAY: `XX` is not a weekday"),
    ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY: `0MO`"),
    ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY cannot count past the 5th"),
    ("FREQ=YEARLY;BYDAY=54MO", "BYDAY: `54MO`"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=6MO", "BYDAY cannot count past the 5th"),
    ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY can count weekdays only in monthly and yearly rules"),
    ("FREQ=MONTHLY;BYDAY=--1MO", "BYDAY"),
    ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY: `0`"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY: `32`"),
    ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY cannot stand in a weekly rule"),
    ("FREQ=YEARLY;BYMONTH=13", "BYMONTH: `13` is not a month"),
    ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH: `-1`"),
    ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs BYDAY"),
    ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS: `0`"),
    ("FREQ=DAILY;BYDAY=MO;BYSETPOS=2", "BYSETPOS can only choose the one day"),
    ("FREQ=DAILY;BYHOUR=9", "the part BYHOUR is not supported"),
    ("FREQ=YEARLY;BYWEEKNO=20", "the part BYWEEKNO is not supported"),
    ("FREQ=MONTHLY;SKIP=SIDEWAYS", "SKIP: `SIDEWAYS` is not one of OMIT, BACKWARD, FORWARD"),
    ("RSCALE=CHINESE;FREQ=YEARLY", "RSCALE: `CHINESE` is not GREGORIAN"),
    ("FREQ=DAILY;=", "the part  is not supported"),
    ("FREQ=DAILY;BYDAY", "`BYDAY` is not of the form NAME=value"),
    // Never.
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "it never happens"),
    ("FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31", "it never happens"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-30", "it never happens"),
    ("FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=2MO", "it never happens"),
    ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "it never happens"),
    ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "it never happens"),
    ("0 0 30 2 *", "it never happens"),
    ("0 0 31 4,6,9,11 *", "it never happens"),
    // Cron.
    ("* * * *", "it has 4 fields where 5 are needed"),
    ("0 0 9 * * 1", "it has 6 fields where 5 are needed"),
    ("60 * * * *", "minute: `60` is not a value from 0 to 59"),
    ("* 24 * * *", "hour: `24`"),
    ("* * 0 * *", "day of month: `0`"),
    ("* * 32 * *", "day of month: `32`"),
    ("* * * 13 *", "month: `13` is not a value from 1 to 12 or JAN to DEC"),
    ("* * * * 8", "day of week: `8` is not a value from 0 to 7 or SUN to SAT"),
    ("*/0 * * * *", "minute: `*/0`"),
    ("30-10 * * * *", "minute: `30-10`"),
    ("1,,2 * * * *", "minute: ``"),
    ("-1 * * * *", "minute: `-1`"),
    ("* * * * MONDAY", "day of week: `MONDAY`"),
    ("* * L * *", "day of month: `L`"),
    ("@reboot", "`@reboot` is not one of @hourly"),
    ("weekly", "it has 1 fields where 5 are needed"),
];

#[test]
fn faults_are_named_with_part_and_rule() {
    for (text, expected) in RULES {
        let message = text.parse::<Rule>().expect_err(text).to_string();
        assert!(message.contains(expected), "{text}: {message}");
        assert!(message.starts_with(&format!("rule `{text}`: ")), "{message}");
    }
}

#[test]
fn hostile_text_is_an_error_not_a_panic() {
    let long = "9".repeat(10_000);
    let texts = [
        "=",
        ";",
        ";;",
        "FREQ",
        "é=é",
        "FREQ=DAILY;UNTIL=é9999999",
        "FREQ=DAILY;UNTIL=1234567é",
        "@",
        "\0 * * * *",
    ];
    for text in texts.into_iter().chain([long.as_str()]) {
        assert!(text.parse::<Rule>().is_err(), "{text}");
        assert!(text.parse::<Start>().is_err(), "{text}");
        assert!(text.parse::<Zone>().is_err(), "{text}");
    }
}

fn refused(anchor: &str, text: &str, mode: Mode) -> String {
    let series = Series::new(start(anchor), rule(text), mode, Zone::utc(), []);
    series.expect_err(text).to_string()
}

#[test]
fn series_that_cannot_be_are_refused() {
    let never =
        refused("2027-02-28", "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", Mode::Schedule);
    assert!(never.contains("never happens when it starts at 2027-02-28"), "{never}");
    for (anchor, text) in [
        ("2026-03-02", "FREQ=DAILY;INTERVAL=7;BYDAY=TU"),
        ("2026-03-31", "FREQ=MONTHLY;INTERVAL=12;BYMONTH=4"),
        ("2026-03-30", "FREQ=YEARLY;BYMONTH=2"),
        ("2026-03-02T09:00", "FREQ=HOURLY;INTERVAL=168;BYDAY=TH"),
    ] {
        assert!(refused(anchor, text, Mode::Schedule).contains("never happens"), "{text}");
    }
    let hourly = refused("2026-03-02", "FREQ=HOURLY", Mode::Schedule);
    assert!(hourly.contains("needs a time of day"), "{hourly}");
    let count = refused("2026-03-02", "FREQ=DAILY;COUNT=3", Mode::AfterCompletion);
    assert!(count.contains("use UNTIL"), "{count}");
    assert!(refused("0000-03-02", "FREQ=DAILY", Mode::Schedule).contains("outside the years"));
    assert!(refused("9999-03-02", "FREQ=DAILY", Mode::Schedule).contains("outside the years"));
    let seconds = todo_recurrence::Cron::with_seconds("*/5 * * * * *").unwrap();
    let seconds =
        Series::new(start("2026-03-02"), Rule::Cron(seconds), Mode::Schedule, Zone::utc(), []);
    assert!(seconds.unwrap_err().to_string().contains("has seconds"));
}

#[test]
fn zones_and_starts_say_what_they_want() {
    let zone = "Mars/Olympus".parse::<Zone>().unwrap_err().to_string();
    assert!(zone.contains("`Mars/Olympus` is not a time zone"), "{zone}");
    for text in [
        "",
        "2026-2-3",
        "2026-02-30",
        "+2026-02-03",
        "2026-02-03T9:00",
        "2026-02-03 09:00",
        "2026-02-03T24:00",
        "2026-02-03T09:00:60",
        "2026-02-03T09:00+01:00",
        "2026-02-03Z",
        "12026-02-03",
    ] {
        assert!(text.parse::<Start>().is_err(), "{text}");
    }
}
