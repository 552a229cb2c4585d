//! The examples of RFC 5545 §3.8.5.3 and RFC 7529 §4.1 that the subset covers, in New York as printed there.

use todo_recurrence::{Mode, Series};

use crate::support::*;

/// rule, start, the dates it begins with, and how many there are if it ends
type Case = (&'static str, &'static str, &'static str, Option<usize>);

const TUESDAY: &str = "1997-09-02";

const DAYS_AND_WEEKS: &[Case] = &[
    ("FREQ=DAILY;COUNT=10", TUESDAY, "1997-09-02 1997-09-03 1997-09-04", Some(10)),
    ("FREQ=DAILY;UNTIL=19971224T000000Z", TUESDAY, "1997-09-02 1997-09-03", Some(113)),
    ("FREQ=DAILY;INTERVAL=2", TUESDAY, "1997-09-02 1997-09-04 1997-09-06", None),
    (
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        TUESDAY,
        "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12",
        Some(5),
    ),
    (
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "1998-01-01",
        "1998-01-01 1998-01-02",
        Some(93),
    ),
    (
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
        "1998-01-01",
        "1998-01-01 1998-01-02",
        Some(93),
    ),
    ("FREQ=WEEKLY;COUNT=10", TUESDAY, "1997-09-02 1997-09-09 1997-09-16", Some(10)),
    ("FREQ=WEEKLY;UNTIL=19971224T000000Z", TUESDAY, "1997-09-02 1997-09-09", Some(17)),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        TUESDAY,
        "1997-09-02 1997-09-16 1997-09-30 1997-10-14",
        None,
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        TUESDAY,
        "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 \
         1997-09-30 1997-10-02",
        Some(10),
    ),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", TUESDAY, "1997-09-02 1997-09-04", Some(10)),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01",
        "1997-09-01 1997-09-03 1997-09-05 1997-09-15 1997-09-17 1997-09-19 1997-09-29",
        Some(25),
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        TUESDAY,
        "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16",
        Some(8),
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05",
        "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
        Some(4),
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05",
        "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
        Some(4),
    ),
];

const MONTHS: &[Case] = &[
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05",
        "1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 \
         1998-05-01 1998-06-05",
        Some(10),
    ),
    (
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "1997-09-05",
        "1997-09-05 1997-10-03 1997-11-07 1997-12-05",
        Some(4),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07",
        "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 \
         1998-05-03 1998-05-31",
        Some(10),
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997-09-22",
        "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16",
        Some(6),
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28",
        "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26",
        None,
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        TUESDAY,
        "1997-09-02 1997-09-15 1997-10-02 1997-10-15 1997-11-02 1997-11-15 1997-12-02 1997-12-15 \
         1998-01-02 1998-01-15",
        Some(10),
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30",
        "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 \
         1998-01-31 1998-02-01",
        Some(10),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10",
        "1997-09-10 1997-09-11 1997-09-12 1997-09-13 1997-09-14 1997-09-15 1999-03-10 1999-03-11 \
         1999-03-12 1999-03-13",
        Some(10),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        TUESDAY,
        "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 1997-11-11 1997-11-18 \
         1997-11-25 1998-01-06",
        None,
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13",
        "1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07 1998-03-07 1998-04-11 \
         1998-05-09 1998-06-13",
        None,
    ),
    (
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997-09-04",
        "1997-09-04 1997-10-07 1997-11-06",
        Some(3),
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29",
        "1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29 1998-02-26 1998-03-30",
        None,
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15",
        "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
        Some(5),
    ),
    // RFC 7529
    (
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;COUNT=4",
        "2014-01-31",
        "2014-01-31 2014-03-31 2014-05-31 2014-07-31",
        Some(4),
    ),
    (
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4",
        "2014-01-31",
        "2014-01-31 2014-02-28 2014-03-31 2014-04-30",
        Some(4),
    ),
    (
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4",
        "2014-01-31",
        "2014-01-31 2014-03-01 2014-03-31 2014-05-01",
        Some(4),
    ),
];

const YEARS: &[Case] = &[
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10",
        "1997-06-10 1997-07-10 1998-06-10 1998-07-10",
        Some(10),
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997-03-10",
        "1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 2001-02-10 2001-03-10 2003-01-10 \
         2003-02-10 2003-03-10",
        Some(10),
    ),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17", None),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13",
        "1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12 1998-03-19 1998-03-26 1999-03-04",
        None,
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997-06-05",
        "1997-06-05 1997-06-12 1997-06-19 1997-06-26 1997-07-03 1997-07-10 1997-07-17 1997-07-24 \
         1997-07-31 1997-08-07",
        None,
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05",
        "1996-11-05 2000-11-07 2004-11-02",
        None,
    ),
];

#[test]
fn days_and_weeks() {
    check(DAYS_AND_WEEKS);
}

#[test]
fn months() {
    check(MONTHS);
}

#[test]
fn years() {
    check(YEARS);
}

/// Each at 09:00 and as whole days: the dates are the same.
fn check(cases: &[Case]) {
    for (rule, start, dates, total) in cases {
        for (time, suffix) in [("T09:00", "T09:00"), ("", "")] {
            let series = series_in("America/New_York", &format!("{start}{time}"), rule);
            let dates: Vec<_> =
                dates.split_whitespace().map(|date| format!("{date}{suffix}")).collect();
            assert_eq!(keys(&series, dates.len()), dates, "{rule}");
            if let Some(total) = total {
                assert_eq!(keys(&series, 1000).len(), *total, "{rule}");
            }
        }
    }
}

#[test]
fn friday_the_thirteenth_without_its_first_day() {
    let (rule, zone) = (rule("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"), zone("America/New_York"));
    let except = ["1997-09-02".parse().unwrap()];
    let series =
        Series::new(start("1997-09-02T09:00"), rule, Mode::Schedule, zone, except).unwrap();
    let expected = ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13", "2000-10-13"];
    assert_eq!(keys(&series, 5), expected.map(|date| format!("{date}T09:00")));
}

#[test]
fn every_three_hours() {
    // As printed, until 17:00 UTC; and as erratum 3883 corrects it, until 17:00 in New York.
    for (until, expected) in [("170000Z", 2), ("210000Z", 3)] {
        let rule = format!("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T{until}");
        let series = series_in("America/New_York", "1997-09-02T09:00", &rule);
        let all = ["1997-09-02T09:00", "1997-09-02T12:00", "1997-09-02T15:00"];
        assert_eq!(keys(&series, 9), all[..expected]);
    }
}
