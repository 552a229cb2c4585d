//! What holds for every line: no panic, sound spans, and words that read back as what they say.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use proptest::{prelude::*, test_runner::RngSeed};
use todo_events::Due;
use todo_language::{
    Command, Context, Interpretation, LanguageError, Locale, NewTask, describe, describe_due,
    describe_rule, interpret,
};
use todo_recurrence::{Mode, Rule, Zone};

const LOCALES: [&str; 4] = ["en-GB", "en-US", "de", "ur"];

fn now() -> DateTime<Utc> {
    "2026-05-13T07:30:00Z".parse().unwrap()
}

fn zone() -> Zone {
    "Europe/Madrid".parse().unwrap()
}

fn read(text: &str, locale: &str) -> Result<Interpretation, LanguageError> {
    let zone = zone();
    interpret(text, &Context::new(now(), &zone, Locale::from_tag(locale)))
}

fn task(text: &str) -> NewTask {
    match read(text, "en-GB").map(|found| found.command) {
        Ok(Command::Add(task)) => task,
        other => panic!("{text}: {other:?}"),
    }
}

/// Spans lie on character boundaries, in order, apart.
fn check_spans(text: &str, found: &Interpretation) {
    let mut end = 0;
    for span in &found.spans {
        assert!(span.start >= end && span.start < span.end, "{text:?}: {:?}", found.spans);
        assert!(text.get(span.start..span.end).is_some(), "{text:?}: {span:?}");
        end = span.end;
    }
}

fn check(text: &str, locale: &str) {
    if let Ok(found) = read(text, locale) {
        check_spans(text, &found);
        let zone = zone();
        let _ = describe(&found, &Context::new(now(), &zone, Locale::from_tag(locale)));
        if let Command::Add(task) = &found.command {
            assert!(!task.title.trim().is_empty(), "{text:?}");
        }
    }
}

/// Words the grammar knows.
const WORDS: &str = r#"every other last first 3rd friday sat may 5 31 29 feb at pm : 30 - / 2026 until for weeks days
    hours remind me before after next week of the month task #3 #home @ "a-b" delete complete move to mark as done
    show tasks high priority tag in + ! except starting and , list my add morning tonight half quarter year
    99999999999 0 th x 🔥 ہر پیر morgen um Uhr note each all by minutes from between snooze who changed due 12 1.
    rename skip occurrence times noon workday weekend someday project +p p1 // yesterday ago what is without"#;

/// They are thrown together.
fn soup() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(WORDS.split_whitespace().collect::<Vec<_>>());
    proptest::collection::vec((word, any::<bool>()), 1..14).prop_map(|words| {
        let mut line = String::new();
        for (word, glued) in words {
            if !glued {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    })
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..1500).prop_map(|days| NaiveDate::from_ymd_opt(2026, 5, 13).unwrap() + Days::new(days))
}

fn any_time() -> impl Strategy<Value = NaiveTime> {
    (0u32..24, 0u32..60)
        .prop_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
}

fn any_weekdays() -> impl Strategy<Value = String> {
    proptest::sample::subsequence(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"], 1..7)
        .prop_map(|days| days.join(","))
}

/// The same lines at every run, so that one verdict holds for one state of the code; `PROPTEST_CASES=100000` looks
/// at that many new ones.
fn config() -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return config;
    }
    ProptestConfig { cases: 600, rng_seed: RngSeed::Fixed(0x0070_6c61_6e74), ..config }
}

/// Rules that have words of their own.
fn any_rule() -> impl Strategy<Value = String> {
    let interval = || 1u32..30;
    let nth = || proptest::sample::select(vec![-1, 1, 2, 3, 4]);
    let end = proptest::option::of(prop_oneof![
        (1u32..60).prop_map(|count| format!(";COUNT={count}")),
        any_day()
            .prop_map(|day| format!(";UNTIL={}T235959", (day + Days::new(3700)).format("%Y%m%d"))),
    ]);
    let rule = prop_oneof![
        interval().prop_map(|n| format!("FREQ=DAILY;INTERVAL={n}")),
        interval().prop_map(|n| format!("FREQ=HOURLY;INTERVAL={n}")),
        interval().prop_map(|n| format!("FREQ=WEEKLY;INTERVAL={n}")),
        (interval(), any_weekdays())
            .prop_map(|(n, days)| format!("FREQ=WEEKLY;INTERVAL={n};BYDAY={days}")),
        (interval(), 1u32..29)
            .prop_map(|(n, day)| format!("FREQ=MONTHLY;INTERVAL={n};BYMONTHDAY={day}")),
        interval().prop_map(|n| format!("FREQ=MONTHLY;INTERVAL={n};BYMONTHDAY=15,-1")),
        (interval(), nth()).prop_map(|(n, nth)| format!("FREQ=MONTHLY;INTERVAL={n};BYDAY={nth}TU")),
        nth().prop_map(|nth| format!("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={nth}")),
        (1u32..13, 1u32..29)
            .prop_map(|(month, day)| format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}")),
    ];
    (rule, end).prop_map(|(rule, end)| rule + &end.unwrap_or_default())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_panics(text in any::<String>(), locale in 0usize..4) {
        check(&text, LOCALES[locale]);
    }

    #[test]
    fn no_soup_of_known_words_panics(text in soup(), locale in 0usize..4) {
        check(&text, LOCALES[locale]);
    }

    #[test]
    fn the_same_line_reads_the_same(text in soup()) {
        prop_assert_eq!(read(&text, "en-GB"), read(&text, "en-GB"));
    }

    #[test]
    fn a_described_due_reads_back(day in any_day(), time in proptest::option::of(any_time())) {
        let zone = zone();
        let context = Context::new(now(), &zone, Locale::default());
        let due = time.map_or(Due::Date(day), |time| Due::Local(day.and_time(time)));
        let text = format!("Water the plants {}", describe_due(&due, &context));
        let task = task(&text);
        prop_assert_eq!(task.due, Some(due), "{}", text);
        prop_assert_eq!(task.title, "Water the plants");
    }

    #[test]
    fn a_date_reads_back_however_it_is_written(day in any_day(), form in 0usize..6) {
        let format = ["%Y-%m-%d", "%d/%m/%Y", "%-d %B %Y", "%B %-d, %Y", "%d.%m.%Y", "the %-dth of %b %Y"][form];
        let text = format!("Water the plants on {}", day.format(format));
        let task = task(&text);
        prop_assert_eq!(task.due, Some(Due::Date(day)), "{}", text);
        prop_assert_eq!(task.title, "Water the plants");
    }

    #[test]
    fn a_time_reads_back_however_it_is_written(time in any_time(), form in 0usize..4) {
        let format = ["%H:%M", "%-I:%M%P", "%-I:%M %p", "%H:%M"][form];
        let text = format!("tomorrow {} water the plants", time.format(format));
        let tomorrow = NaiveDate::from_ymd_opt(2026, 5, 14).unwrap();
        prop_assert_eq!(task(&text).due, Some(Due::Local(tomorrow.and_time(time))), "{}", text);
    }

    #[test]
    fn a_described_rule_reads_back(rule in any_rule()) {
        let rule: Rule = rule.parse().unwrap();
        let text = format!("Water the plants {}", describe_rule(&rule));
        let task = task(&text);
        let repeat = task.recurrence.expect(&text);
        prop_assert_eq!(repeat.rule, rule, "{}", text);
        prop_assert_eq!(repeat.mode, Mode::Schedule);
        prop_assert_eq!(task.title, "Water the plants");
    }

    #[test]
    fn a_due_is_never_before_today(text in soup()) {
        if let Ok(Command::Add(NewTask { due: Some(Due::Date(day)), .. })) = read(&text, "en-GB").map(|f| f.command) {
            // A year, or "ago", may name the past; nothing else does.
            let named = ["20", "99", "ago", "yesterday"].iter().any(|word| text.contains(word));
            prop_assert!(named || day >= NaiveDate::from_ymd_opt(2026, 5, 13).unwrap(), "{}: {}", text, day);
        }
    }

    #[test]
    fn a_quotation_is_never_looked_into(text in "[a-z]{1,8}( [a-z]{1,8}){0,4}") {
        let task = task(&format!("\"{text} tomorrow at 5pm\""));
        prop_assert_eq!(task.title, format!("{text} tomorrow at 5pm"));
        prop_assert_eq!(task.due, None);
    }
}

#[test]
fn next_weekday_is_always_in_next_week() {
    let monday = NaiveDate::from_ymd_opt(2026, 5, 18).unwrap();
    for (name, day) in
        [("monday", Weekday::Mon), ("thursday", Weekday::Thu), ("sunday", Weekday::Sun)]
    {
        let due = task(&format!("Water the plants next {name}")).due;
        let expected = monday + Days::new(u64::from(day.num_days_from_monday()));
        assert_eq!(expected.weekday(), day);
        assert_eq!(due, Some(Due::Date(expected)));
    }
}

#[test]
fn length_is_limited_in_characters() {
    let text = "ä".repeat(todo_language::MAX_LENGTH);
    assert!(read(&text, "de").is_ok());
    assert!(matches!(read(&(text + "ä"), "de"), Err(LanguageError::TooLong { .. })));
}
