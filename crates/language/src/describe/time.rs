//! Days, times and lengths in words.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};
use todo_events::Due;

use crate::Context;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// When: "today", "tomorrow 17:00", "Friday 06:15", "Monday 6 April 09:00".
pub fn describe_due(due: &Due, context: &Context<'_>) -> String {
    match due {
        Due::Date(day) => date(*day, context),
        Due::Local(local) => moment(*local, context),
        Due::At { at, zone } if zone == context.zone => moment(zone.local(*at), context),
        Due::At { at, zone } => format!("{} ({zone})", moment(zone.local(*at), context)),
    }
}

pub(super) fn moment(local: NaiveDateTime, context: &Context<'_>) -> String {
    format!("{} {}", date(local.date(), context), local.format("%H:%M"))
}

/// Near days by name, others by date, of other years with the year.
pub(super) fn date(day: NaiveDate, context: &Context<'_>) -> String {
    let today = context.today();
    let weekday = weekday(day.weekday());
    match (day - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=6 => weekday.to_owned(),
        _ if day.year() == today.year() => {
            format!("{weekday} {} {}", day.day(), month(day.month()))
        }
        _ => format!("{weekday} {} {} {}", day.day(), month(day.month()), day.year()),
    }
}

pub(super) fn month(number: u32) -> &'static str {
    MONTHS.get(number.saturating_sub(1) as usize).copied().unwrap_or_default()
}

pub(super) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// "90 minutes", "2 hours", "1 day".
pub(super) fn length(minutes: u32) -> String {
    let (count, unit) = match minutes {
        m if m >= 1440 && m % 1440 == 0 => (m / 1440, "day"),
        m if m >= 60 && m % 60 == 0 => (m / 60, "hour"),
        m => (m, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
