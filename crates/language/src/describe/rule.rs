//! Rules in words.

use chrono::Weekday;
use todo_recurrence::{Frequency, NthDay, Rrule, Rule, Until};

use super::{list, time};

/// How it repeats: "every 2 weeks on Monday", "every last workday of the month until 30 June 2026".
/// A rule without words of its own is given as its text.
pub fn describe_rule(rule: &Rule) -> String {
    match rule {
        Rule::Rrule(parts) => format!(
            "{}{}{}",
            pattern(parts).unwrap_or_else(|| parts.to_string()),
            months(parts),
            end(parts)
        ),
        Rule::Cron(cron) => cron.to_string(),
    }
}

fn pattern(rule: &Rrule) -> Option<String> {
    let every = |unit: &str| match rule.interval() {
        1 => format!("every {unit}"),
        n => format!("every {n} {unit}s"),
    };
    let plain =
        rule.days().is_empty() && rule.month_days().is_empty() && rule.positions().is_empty();
    match rule.frequency() {
        Frequency::Hourly if plain => Some(every("hour")),
        Frequency::Daily if plain => Some(every("day")),
        Frequency::Weekly if rule.positions().is_empty() => Some(weekly(rule, &every("week"))),
        Frequency::Monthly if plain => Some(every("month")),
        Frequency::Monthly => monthly(rule, &every("month")),
        Frequency::Yearly => yearly(rule, &every("year")),
        Frequency::Hourly | Frequency::Daily | Frequency::Weekly => None,
    }
}

fn weekly(rule: &Rrule, every: &str) -> String {
    let days: Vec<_> = rule.days().iter().map(|day| day.weekday).collect();
    let names: Vec<_> = days.iter().map(|day| time::weekday(*day).to_owned()).collect();
    match (rule.interval(), &days[..]) {
        (_, []) => every.to_owned(),
        (1, days) if is_workdays(days) => "every workday".to_owned(),
        (1, [Weekday::Sat, Weekday::Sun]) => "every weekend".to_owned(),
        (1, _) => format!("every {}", list(&names)),
        (_, _) => format!("{every} on {}", list(&names)),
    }
}

fn is_workdays(days: &[Weekday]) -> bool {
    days == [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri]
}

fn monthly(rule: &Rrule, every: &str) -> Option<String> {
    let days: Vec<_> = rule.days().iter().map(|day| day.weekday).collect();
    if let [position] = rule.positions() {
        let nth = ordinal(i32::from(*position))?;
        return (is_workdays(&days) && rule.interval() == 1)
            .then(|| format!("every {nth} workday of the month"));
    }
    match (rule.month_days(), rule.days()) {
        (numbers, []) => {
            let numbers: Option<Vec<_>> = numbers
                .iter()
                .map(|day| match day {
                    -1 => Some("last day".to_owned()),
                    day => (*day > 0).then(|| ordinal(i32::from(*day))).flatten(),
                })
                .collect();
            Some(format!("{every} on the {}", list(&numbers?)))
        }
        ([], [NthDay { nth: Some(nth), weekday }]) => Some(format!(
            "{every} on the {} {}",
            ordinal(i32::from(*nth))?,
            time::weekday(*weekday)
        )),
        _ => None,
    }
}

fn yearly(rule: &Rrule, every: &str) -> Option<String> {
    match (rule.months(), rule.month_days(), rule.days()) {
        ([], [], []) => Some(every.to_owned()),
        ([month], [day], []) if *day > 0 => {
            Some(format!("{every} on {day} {}", time::month(u32::from(*month))))
        }
        _ => None,
    }
}

/// Months a rule by days, weeks or months keeps to.
fn months(rule: &Rrule) -> String {
    if rule.frequency() == Frequency::Yearly || rule.months().is_empty() {
        return String::new();
    }
    let names = |months: &mut dyn Iterator<Item = u8>| {
        list(&months.map(|m| time::month(u32::from(m)).to_owned()).collect::<Vec<_>>())
    };
    if rule.months().len() > 6 {
        let missing = &mut (1..=12).filter(|month| !rule.months().contains(month));
        return format!(" except in {}", names(missing));
    }
    format!(" in {}", names(&mut rule.months().iter().copied()))
}

fn end(rule: &Rrule) -> String {
    let day = |day: chrono::NaiveDate| {
        use chrono::Datelike;
        format!(" until {} {} {}", day.day(), time::month(day.month()), day.year())
    };
    match (rule.count(), rule.until()) {
        (Some(1), _) => " 1 times".to_owned(),
        (Some(count), _) => format!(" {count} times"),
        (None, Some(Until::Date(date))) => day(date),
        (None, Some(Until::Local(local))) => day(local.date()),
        (None, Some(Until::Utc(at))) => day(at.date_naive()),
        (None, None) => String::new(),
    }
}

/// "1st", "22nd", "last"; other counts from the end have no word.
fn ordinal(n: i32) -> Option<String> {
    let end = match (n % 10, n % 100) {
        _ if n == -1 => return Some("last".to_owned()),
        _ if n < 1 => return None,
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    Some(format!("{n}{end}"))
}
