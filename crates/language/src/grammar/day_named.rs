//! Days of a month by name: "jan 27", "15th of August 2027", "the 15th", "first monday of june".

use chrono::{Datelike, NaiveDate};

use super::{Day, Found, Roll, day::impossible};
use crate::{
    Note, calendar,
    context::Frame,
    lexicon::{Unit, Word},
    line::Line,
};

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

/// The first day of a month that has not begun, or of the present one.
pub(super) fn next_month(today: NaiveDate, month: u32) -> NaiveDate {
    let this = calendar::month_start(today);
    let ahead = (12 + month - this.month()) % 12;
    calendar::plus_months(this, ahead)
}

/// "jan 27", "27 january", "27th of january 2027", "january 27th, 2027", "in may".
pub(super) fn month_and_day(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let start = line.skip(at, &[Word::Article]);
    let (month, day, day_end) = if let Some((month, end)) = line.month(start) {
        let bare = line.glued(end);
        let Some((day, end)) =
            line.ordinal(line.skip(end, &[Word::Article]), true).filter(|_| !bare)
        else {
            return month_alone(line, start, context);
        };
        (month, day, end)
    } else {
        let Some((day, end)) = line.ordinal(start, true) else {
            return month_alone(line, start, context);
        };
        let Some((month, end)) = line.month(line.skip(end, &[Word::Of])) else {
            return month_alone(line, start, context);
        };
        (month, day, end)
    };
    let Ok(day) = u32::try_from(day) else { return Ok(None) };
    // "May 2027" is a month of a year, "may 45" is no date at all.
    if !(1..=31).contains(&day) {
        return month_alone(line, start, context);
    }
    let (year, end) = year(line, day_end).unzip();
    let end = end.unwrap_or(day_end);
    dated(context, year, month, day)
        .map(|day| Some((day, end)))
        .map_err(|rule| impossible(line, start, end, rule))
}

/// A month without a day counts only behind "in" or "by", as its first day.
fn month_alone(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let by = at > 0 && line.word(at - 1, Word::By) == Some(at);
    let start = line.word(at, Word::In).or(by.then_some(at));
    let Some((month, end)) = start.and_then(|start| line.month(start)) else {
        return Ok(None);
    };
    let (year, end) = year(line, end).map_or((None, end), |(year, end)| (Some(year), end));
    if line.ordinal(end, true).is_some() {
        return Ok(None);
    }
    // "the book by April Smith"
    if by && !line.is_end(end) && line.mark(end, ',').is_none() {
        return Ok(None);
    }
    let day = dated(context, year, month, 1).ok().map(|day| Day { led: true, ..day });
    Ok(day.map(|day| (day, end)))
}

/// A year of four digits behind a day, with or without a comma.
fn year(line: &Line<'_>, at: usize) -> Option<(i32, usize)> {
    let start = line.mark(at, ',').unwrap_or(at);
    let (year, end) = line.digits(start)?;
    let fits = (1970..=2200).contains(&year) && line.digit_count(start) == 4;
    let clock = line.mark(end, ':').is_some() && line.glued(end);
    (fits && !clock).then_some((i32::try_from(year).ok()?, end))
}

/// A day of a year, or of the next year that has it when none is given; `Err` is the rule it breaks.
pub(super) fn dated(
    context: &Frame<'_>,
    year: Option<i32>,
    month: u32,
    day: u32,
) -> Result<Day, String> {
    let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
    let longest = calendar::days_in(month, true);
    if day > longest {
        return Err(format!("{name} has at most {longest} days"));
    }
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day)
            .map(Day::fixed)
            .ok_or_else(|| format!("{name} {year} has {} days", calendar::days_in(month, false)));
    }
    let today = context.today();
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day).filter(|date| *date >= today);
    if let Some(date) = this_year {
        return Ok(Day::rolling(date, Roll::Year));
    }
    let date = (today.year() + 1..=today.year() + 8)
        .find_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .ok_or_else(|| format!("{name} has at most {longest} days"))?;
    Ok(Day { note: Some(Note::DayPassedSoNextYear), ..Day::rolling(date, Roll::Year) })
}

/// "the 15th", "31st", "15th of next month": a day of this month or the next that has it.
pub(super) fn day_of_month(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    if let Some(found) = next_month_on(line, at, context) {
        return Ok(Some(found));
    }
    let start = line.skip(at, &[Word::Article]);
    if line.digits(start).is_none() {
        return Ok(None);
    }
    let Some((day, end)) = line.ordinal(start, false) else { return Ok(None) };
    let Some(day) = u32::try_from(day).ok().filter(|day| (1..=31).contains(day)) else {
        return Ok(None);
    };
    let today = context.today();
    let this = calendar::month_start(today);
    if let Some((month, end, fixed)) = of_month(line, end, this) {
        let date = month.with_day(day).ok_or_else(|| {
            let rule = format!("that month has {} days", calendar::month_end(month).day());
            impossible(line, start, end, rule)
        })?;
        let day = if fixed { Day::fixed(date) } else { Day::rolling(date, Roll::Month) };
        return Ok(Some((day, end)));
    }
    let date = (0..=3)
        .filter_map(|ahead| calendar::plus_months(this, ahead).with_day(day))
        .find(|date| *date >= today);
    let weak = start == at;
    Ok(date.map(|date| (Day { weak, ..Day::rolling(date, Roll::Month) }, end)))
}

/// "next month on the 5th".
fn next_month_on(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Option<(Day, usize)> {
    let (unit, end) = line.unit(line.word(at, Word::Next)?)?;
    let on = line.word(end, Word::On)?;
    let (day, end) = line.ordinal(line.skip(on, &[Word::Article]), false)?;
    let month = calendar::plus_months(calendar::month_start(context.today()), 1);
    let date = month.with_day(u32::try_from(day).ok()?).filter(|_| unit == Unit::Month)?;
    Some((Day::fixed(date), end))
}

/// "of next month", "of the month": its first day, and whether it is that month whatever the time.
fn of_month(line: &Line<'_>, at: usize, this: NaiveDate) -> Option<(NaiveDate, usize, bool)> {
    let start = line.skip(at, &[Word::Of, Word::In]);
    let next = line.word(start, Word::Next);
    let noun = next.or_else(|| line.any(start, &[Word::This, Word::Article]))?;
    match line.unit(noun)? {
        (Unit::Month, end) if next.is_some() => Some((calendar::plus_months(this, 1), end, true)),
        (Unit::Month, end) => Some((this, end, false)),
        _ => None,
    }
}

/// "first monday of june", "last friday of the month", "last day of the month".
pub(super) fn nth_weekday(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let start = line.skip(at, &[Word::Article]);
    let Some((nth, after)) = line.ordinal(start, false) else { return Ok(None) };
    let day_unit = line.unit(after).filter(|(unit, _)| *unit == Unit::Day);
    let weekday = line.weekday(after);
    let Some(noun_end) = weekday.map(|(_, end)| end).or(day_unit.map(|(_, end)| end)) else {
        return Ok(None);
    };
    let today = context.today();
    let this = calendar::month_start(today);
    let of = line.word(noun_end, Word::Of).or_else(|| line.word(noun_end, Word::In));
    let named = of.and_then(|of| line.month(of)).map(|(m, end)| (next_month(today, m), end, 12));
    let Some((month, end, step)) = named.or_else(|| {
        of_month(line, noun_end, this).map(|(m, end, fixed)| (m, end, u32::from(!fixed)))
    }) else {
        return Ok(None);
    };
    let pick = |month: NaiveDate| match weekday {
        Some((weekday, _)) => calendar::nth_weekday(month, nth, weekday),
        None if nth < 0 => {
            Some(calendar::plus_days(calendar::month_end(month), i64::from(nth) + 1))
        }
        None => month.with_day(u32::try_from(nth).ok()?),
    };
    let tries = if step == 0 { 1 } else { 8 };
    let date = (0..tries)
        .filter_map(|i| pick(calendar::plus_months(month, i * step)))
        .find(|date| *date >= today || step == 0);
    match date {
        Some(date) => Ok(Some((Day::fixed(date), end))),
        None => Err(impossible(line, start, end, "no such day comes in that month".to_owned())),
    }
}
