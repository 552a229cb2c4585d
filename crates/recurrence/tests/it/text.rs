//! Text forms: canonical, and the same in JSON.

use todo_recurrence::{Cron, Every, Mode, Rule, Start, Zone};

/// text, canonical text
const RULES: &[(&str, &str)] = &[
    ("RRULE:FREQ=DAILY", "FREQ=DAILY"),
    ("rrule:freq=weekly;byday=fr,mo", "FREQ=WEEKLY;BYDAY=MO,FR"),
    ("INTERVAL=1;FREQ=DAILY;WKST=MO;SKIP=OMIT", "FREQ=DAILY"),
    ("FREQ=MONTHLY;BYDAY=+3FR", "FREQ=MONTHLY;BYDAY=3FR"),
    ("FREQ=MONTHLY;BYDAY=-1FR,2MO,1TU", "FREQ=MONTHLY;BYDAY=1TU,2MO,-1FR"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1,15,15", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
    (
        "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;COUNT=8", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=8"),
    ("FREQ=DAILY;UNTIL=20261231T235959Z;", "FREQ=DAILY;UNTIL=20261231T235959Z"),
    ("FREQ=DAILY;UNTIL=20261231T235959", "FREQ=DAILY;UNTIL=20261231T235959"),
    ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231"),
    (
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
    ),
    ("FREQ=DAILY;SKIP=FORWARD", "FREQ=DAILY"),
    ("0 9 * * MON-FRI", "0 9 * * 1-5"),
    ("0  9 * * fri-mon", "0 9 * * 0,1,5,6"),
    ("0 9 * * 0,7", "0 9 * * 0"),
    ("0 9 * * 6-7", "0 9 * * 0,6"),
    ("0-59/15 * * * *", "*/15 * * * *"),
    ("5/15 * * * *", "5,20,35,50 * * * *"),
    ("0 0 1 NOV-FEB *", "0 0 1 1,2,11,12 *"),
    ("0 0 1-31 * ?", "0 0 1-31 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@yearly", "0 0 1 1 *"),
];

#[test]
fn rules_have_one_canonical_text() {
    for (text, canonical) in RULES {
        let rule: Rule = text.parse().unwrap();
        assert_eq!(rule.to_string(), *canonical, "{text}");
        assert_eq!(canonical.parse::<Rule>().unwrap(), rule, "{text}");
        let json = serde_json::to_string(&rule).unwrap();
        assert_eq!(json, format!("\"{canonical}\""));
        assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule);
    }
}

#[test]
fn starts_and_zones_travel_as_text() {
    for text in ["2026-11-27", "2026-11-27T09:00", "2026-11-27T09:00:30", "2026-11-01T06:00Z"] {
        let start: Start = text.parse().unwrap();
        assert_eq!(start.to_string(), text);
        let json = serde_json::to_string(&start).unwrap();
        assert_eq!(serde_json::from_str::<Start>(&json).unwrap(), start);
    }
    let zone: Zone = serde_json::from_str("\"asia/karachi\"").unwrap();
    assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Asia/Karachi\"");
    assert_eq!(zone, "Asia/Karachi".parse().unwrap());
    assert_eq!("utc".parse::<Zone>().unwrap(), Zone::utc());
    assert!(serde_json::from_str::<Zone>("\"Nowhere\"").is_err());
}

#[test]
fn modes_are_snake_case() {
    assert_eq!(serde_json::to_string(&Mode::AfterCompletion).unwrap(), "\"after_completion\"");
    assert_eq!(serde_json::from_str::<Mode>("\"schedule\"").unwrap(), Mode::default());
}

#[test]
fn cron_with_seconds_keeps_them() {
    for (text, canonical) in [
        ("*/5 * * * * *", "*/5 * * * * *"),
        ("0 30 9 * * *", "30 9 * * *"),
        ("30 9 * * *", "30 9 * * *"),
        ("@hourly", "0 * * * *"),
    ] {
        assert_eq!(Cron::with_seconds(text).unwrap().to_string(), canonical, "{text}");
    }
}

#[test]
fn periods_are_go_durations() {
    for (text, seconds) in [("@every 30s", 30), ("@every 1h30m", 5400), ("@every 90m", 5400)] {
        assert_eq!(text.parse::<Every>().unwrap().period().as_secs(), seconds, "{text}");
    }
    assert_eq!("@every 90m".parse::<Every>().unwrap().to_string(), "@every 1h30m");
    for text in [
        "@every",
        "@every 0s",
        "@every 5",
        "@every -5s",
        "@every 1d",
        "30s",
        "@every 99999999999999h",
    ] {
        assert!(text.parse::<Every>().is_err(), "{text}");
    }
}
