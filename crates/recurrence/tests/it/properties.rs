//! What holds for every rule.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use todo_recurrence::{Frequency, Mode, Next, Occurrence, Rrule, Rule, Series, Start, Zone};

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A part that is often not there.
fn part(
    name: &'static str,
    values: impl Strategy<Value = Vec<String>>,
) -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        1 => values.prop_map(move |values| format!(";{name}={}", values.join(","))),
    ]
}

fn numbers(low: i32, high: i32, most: usize) -> impl Strategy<Value = Vec<String>> {
    let number = (low..=high).prop_filter("zero", |number| *number != 0);
    proptest::collection::vec(number.prop_map(|number| number.to_string()), 1..=most)
}

fn days() -> impl Strategy<Value = Vec<String>> {
    let counted = (prop_oneof![4 => -5..=-1, 4 => 1..=5, 1 => -53..=53], select(WEEKDAYS.to_vec()))
        .prop_map(|(nth, day)| format!("{nth}{day}"));
    prop_oneof![
        subsequence(WEEKDAYS.to_vec(), 1..=6)
            .prop_map(|days| days.into_iter().map(str::to_owned).collect()),
        proptest::collection::vec(counted, 1..=3),
    ]
}

/// Any rule that parses.
pub(crate) fn any_rrule() -> impl Strategy<Value = Rule> {
    let frequency = select(vec!["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let months = part("BYMONTH", numbers(1, 12, 4));
    let month_days = part("BYMONTHDAY", numbers(-31, 31, 4));
    let positions = part("BYSETPOS", numbers(-4, 4, 2));
    let end = prop_oneof![
        3 => Just(String::new()),
        1 => (1..60).prop_map(|count| format!(";COUNT={count}")),
        1 => (1990..2030, 1..=12, 1..=28).prop_map(|(y, m, d)| format!(";UNTIL={y}{m:02}{d:02}T120000Z")),
    ];
    let rest = select(vec!["", ";WKST=SU", ";WKST=WE", ";SKIP=BACKWARD", ";SKIP=FORWARD"]);
    (frequency, 1..=9, months, month_days, part("BYDAY", days()), positions, end, rest).prop_filter_map(
        "parts that do not fit",
        |(frequency, interval, months, month_days, days, positions, end, rest)| {
            let text = format!(
                "FREQ={frequency};INTERVAL={interval}{months}{month_days}{days}{positions}{end}{rest}"
            );
            text.parse().ok()
        },
    )
}

pub(crate) fn any_anchor() -> impl Strategy<Value = NaiveDateTime> {
    let first = NaiveDate::from_ymd_opt(1995, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    (0..20 * 366_i64, 0..24_i64)
        .prop_map(move |(day, hour)| first + Duration::hours(day * 24 + hour))
}

fn any_cron() -> impl Strategy<Value = Rule> {
    let field = |low: u8, high: u8| {
        prop_oneof![
            2 => Just("*".to_owned()),
            2 => (low..=high).prop_map(|number| number.to_string()),
            1 => (1..=high).prop_map(|step| format!("*/{step}")),
            1 => (low..=high, low..=high).prop_map(|(a, b)| format!("{}-{},{a}", a.min(b), a.max(b))),
        ]
    };
    (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)).prop_filter_map(
        "never",
        |(minute, hour, day, month, weekday)| {
            format!("{minute} {hour} {day} {month} {weekday}").parse().ok()
        },
    )
}

fn any_rule() -> impl Strategy<Value = Rule> {
    prop_oneof![2 => any_rrule(), 1 => any_cron()]
}

fn any_zone() -> impl Strategy<Value = Zone> {
    let names = vec![
        "UTC",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Karachi",
    ];
    select(names).prop_map(|name| name.parse().unwrap())
}

fn any_series() -> impl Strategy<Value = Series> {
    let except = proptest::collection::vec(0..400_i64, 0..4);
    (any_rule(), any_anchor(), any_zone(), except, any::<bool>()).prop_filter_map(
        "rule and anchor that do not fit",
        |(rule, anchor, zone, except, all_day)| {
            let start = if all_day { Start::AllDay(anchor.date()) } else { Start::Timed(anchor) };
            let except = except.into_iter().map(|days| anchor.date() + Duration::days(days));
            Series::new(start, rule, Mode::Schedule, zone, except).ok()
        },
    )
}

fn first_of(series: &Series, count: usize) -> Vec<Occurrence> {
    series
        .occurrences(series.start().instant(series.zone()) - Duration::days(2))
        .take(count)
        .collect()
}

fn matches(rule: &Rrule, date: NaiveDate) -> bool {
    let last = date.num_days_in_month() as i8;
    let day = date.day() as i8;
    let month = rule.months().is_empty() || rule.months().contains(&(date.month() as u8));
    let month_day = rule.month_days().is_empty()
        || rule.month_days().iter().any(|wanted| *wanted == day || *wanted == day - last - 1);
    let weekday = rule.days().is_empty()
        || rule.days().iter().any(|wanted| {
            let yearly = rule.frequency() == Frequency::Yearly && rule.months().is_empty();
            let length = if date.leap_year() { 366 } else { 365 };
            let (number, length) =
                if yearly { (date.ordinal() as i32, length) } else { (day.into(), last.into()) };
            let nth = wanted.nth.is_none_or(|nth| {
                i32::from(nth) == (number - 1) / 7 + 1
                    || i32::from(nth) == -((length - number) / 7 + 1)
            });
            wanted.weekday == date.weekday() && nth
        });
    month && month_day && weekday
}

proptest! {
    #[test]
    fn text_round_trips(rule in any_rule()) {
        let text = rule.to_string();
        let again: Rule = text.parse().unwrap();
        prop_assert_eq!(&again, &rule);
        prop_assert_eq!(again.to_string(), text);
    }

    #[test]
    fn strictly_increasing_with_distinct_keys(series in any_series()) {
        let all = first_of(&series, 100);
        for pair in all.windows(2) {
            prop_assert!(pair[0].at < pair[1].at, "{:?}", pair);
        }
        let keys: std::collections::HashSet<_> = all.iter().map(|one| one.start.to_string()).collect();
        prop_assert_eq!(keys.len(), all.len());
    }

    #[test]
    fn every_occurrence_passes_the_filters(series in any_series()) {
        let Rule::Rrule(rule) = series.rule() else { return Ok(()) };
        for one in first_of(&series, 60) {
            let date = one.start.date(series.zone());
            prop_assert!(rule.skip() != todo_recurrence::Skip::Omit || matches(rule, date), "{date}");
            prop_assert!(!series.except().contains(&date));
            prop_assert!(one.start.instant(series.zone()) == one.at);
        }
    }

    /// Asking from an occurrence, from a key's text, or from an instant gives the same series.
    #[test]
    fn independent_of_how_it_is_asked(series in any_series()) {
        let all = first_of(&series, 50);
        prop_assert_eq!(series.first(), all.first().copied());
        for (index, one) in all.iter().enumerate().take(49) {
            let again: Start = one.start.to_string().parse().unwrap();
            let following = all.get(index + 1).copied();
            prop_assert_eq!(series.occurrence_after(&again), following);
            prop_assert_eq!(series.occurrences(one.at).next(), Some(*one));
            if !series.start().is_all_day() {
                prop_assert_eq!(series.occurrences(one.at + Duration::seconds(1)).next(), following);
            }
        }
    }

    #[test]
    fn catching_up_counts_what_walking_passes(series in any_series(), done in 0..80_usize, late in 0..900_i64) {
        let all = first_of(&series, 80);
        let Some(one) = all.get(done.min(all.len() / 2)) else { return Ok(()) };
        let completed_at = one.at + Duration::hours(late);
        let (mut passed, mut current) = (0, series.occurrence_after(&one.start));
        while let Some(next) = current.filter(|next| is_over(&series, next, completed_at)) {
            passed += 1;
            current = series.occurrence_after(&next.start);
        }
        let expected = current.map_or(Next::Ended, |Occurrence { start, at }| {
            Next::Occurrence { start, at, missed: passed }
        });
        prop_assert_eq!(series.next(&one.start, completed_at), expected);
    }

    #[test]
    fn count_is_exact(rule in any_rrule(), anchor in any_anchor(), count in 1..90_usize) {
        let text = rule.to_string();
        if text.contains("COUNT") || text.contains("UNTIL") {
            return Ok(());
        }
        let build = |text: &str| {
            Series::new(Start::Timed(anchor), text.parse().unwrap(), Mode::Schedule, Zone::utc(), [])
        };
        let Ok(endless) = build(&text) else { return Ok(()) };
        let counted = build(&format!("{text};COUNT={count}")).unwrap();
        prop_assert_eq!(first_of(&counted, 100), first_of(&endless, count));
    }

    #[test]
    fn completion_always_leads_on(series in any_series(), early_or_late in -2000..2000_i64) {
        let made = Series::new(
            *series.start(), series.rule().clone(), Mode::AfterCompletion, series.zone().clone(), [],
        );
        let Ok(made) = made else { return Ok(()) };
        let Some(mut current) = made.first() else { return Ok(()) };
        let mut completed_at = current.at + Duration::hours(early_or_late);
        for _ in 0..20 {
            let Next::Occurrence { start, at, missed } = made.next(&current.start, completed_at) else { break };
            prop_assert!(at > current.at && start != current.start, "{current:?} {start}");
            prop_assert_eq!(missed, 0);
            current = Occurrence { start, at };
            completed_at += Duration::hours(5);
        }
    }
}

fn is_over(series: &Series, one: &Occurrence, now: DateTime<Utc>) -> bool {
    match one.start {
        Start::AllDay(_) => one.at < Start::AllDay(series.zone().date(now)).instant(series.zone()),
        Start::Timed(_) | Start::At(_) => one.at < now,
    }
}
