//! Repeats: "every other friday", "daily at 8", "on the last day of each month".

use chrono::Weekday;

use super::{
    Fact, Match, Pattern, amount,
    listed::{ordinal_list, several, weekday_list},
    pattern::WORKDAYS,
    when,
};
use crate::{
    LanguageError,
    context::Frame,
    lexicon::{Sense, Unit, Word},
    line::Line,
};

/// A repeat with its time of day.
pub(super) fn repeat(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let Some((mut pattern, mut to, mut weak)) = pattern(line, at) else { return Ok(None) };
    if pattern.unit == Unit::Minute {
        return Err(impossible(line, at, to, "the shortest repeat is an hour"));
    }
    if pattern.interval == 0 {
        return Err(impossible(line, at, to, "a repeat needs at least one"));
    }
    to = line.skip(to, &[Word::Particle]);
    if let Some((time, end)) = when::time_of_day(line, to)? {
        pattern.time = time;
        to = end;
        weak = false;
        if let Some(end) = when::second_time(line, end)? {
            return Err(impossible(
                line,
                at,
                end,
                "a repeat has one time of day; use one line for each",
            ));
        }
    }
    Ok(Some(Match { from: at, to, fact: Fact::Repeat(pattern), weak }))
}

type Read = (Pattern, usize);

fn pattern(line: &Line<'_>, at: usize) -> Option<(Pattern, usize, bool)> {
    let strong = |(pattern, end): Read| (pattern, end, false);
    if let Some(((count, unit), end)) = line.find(at, |sense| match sense {
        Sense::Adverb(count, unit) => Some((count, unit)),
        _ => None,
    }) {
        let every = Pattern::every(count, unit);
        let fallback = (every.clone(), end);
        return Some(match on_days(line, end, &every) {
            Some(found) => strong(found),
            None => (fallback.0, fallback.1, true),
        });
    }
    if let Some(end) = line.word(at, Word::EveryDone) {
        let (pattern, end) = every(line, end, 1)?;
        return Some((Pattern { after_done: true, ..pattern }, end, false));
    }
    let other = line.word(at, Word::EveryOther).and_then(|end| every(line, end, 2));
    let plain = line.word(at, Word::Every).and_then(|end| every(line, end, 1));
    // "every second tuesday" is every other, "every second tuesday of the month" is not.
    match (other, plain) {
        (Some(other), Some(plain)) if plain.1 > other.1 => return Some(strong(plain)),
        (Some(found), _) | (None, Some(found)) => return Some(strong(found)),
        (None, None) => {}
    }
    plural(line, at)
        .or_else(|| in_a_row(line, at))
        .or_else(|| of_every_month(line, at).map(strong))
        .or_else(|| rhythm(line, at).map(strong))
}

/// What may follow "every".
fn every(line: &Line<'_>, at: usize, interval: u32) -> Option<Read> {
    if let Some(end) = line.any(at, &[Word::Workday, Word::Workdays]) {
        return Some((Pattern { interval, ..Pattern::weekly(WORKDAYS) }, end));
    }
    if let Some(end) = line.any(at, &[Word::Weekend, Word::Weekends]) {
        return Some((Pattern { interval, ..Pattern::weekly([Weekday::Sat, Weekday::Sun]) }, end));
    }
    if let Some((days, end)) = weekday_list(line, at) {
        return Some((Pattern { interval, ..Pattern::weekly(days) }, end));
    }
    if let Some((unit, end)) = line.unit(at) {
        let every = Pattern::every(interval, unit);
        return Some(on_days(line, end, &every).unwrap_or((every, end)));
    }
    if line.part(at).is_some() {
        return Some((Pattern::every(interval, Unit::Day), at));
    }
    if let Some(found) = counted(line, at) {
        return Some(found);
    }
    if let Some((month, end)) = line.month(at) {
        let (day, end) = line.ordinal(line.skip(end, &[Word::Article]), true).unwrap_or((1, end));
        return in_month(day).then(|| (Pattern::yearly(month, day), end));
    }
    nth(line, at)
}

/// "every 3 days", "every two weeks on wednesday", "every 14 november".
fn counted(line: &Line<'_>, at: usize) -> Option<Read> {
    let (count, end) = line.count(at)?;
    if let Some((month, end)) = line.month(end)
        && let Ok(day) = i32::try_from(count)
        && in_month(day)
    {
        return Some((Pattern::yearly(month, day), end));
    }
    let (unit, end) = line.unit(end)?;
    let every = Pattern::every(count, unit);
    if unit == Unit::Minute && count > 0 && count % 60 == 0 {
        return Some((Pattern::every(count / 60, Unit::Hour), end));
    }
    // Urdu says "every 2 weeks after".
    let end = line.skip(end, &[Word::FromNow]);
    Some(on_days(line, end, &every).unwrap_or((every, end)))
}

/// "3rd friday", "15th and last day", "last workday", "2nd day", "1st of march".
fn nth(line: &Line<'_>, at: usize) -> Option<Read> {
    let (ordinals, end) = ordinal_list(line, at)?;
    let first = *ordinals.first()?;
    if let Some((weekday, end)) = line.weekday(end) {
        let weekdays = ordinals.iter().map(|n| (Some(*n), weekday)).collect();
        let fits = ordinals.iter().all(|n| (-5..=5).contains(n) && *n != 0);
        let pattern = Pattern { weekdays, ..Pattern::every(1, Unit::Month) };
        return fits.then(|| of_month(line, end, pattern));
    }
    if let Some(end) = line.any(end, &[Word::Workday, Word::Workdays]) {
        let pattern =
            Pattern { position: Some(first), unit: Unit::Month, ..Pattern::weekly(WORKDAYS) };
        return Some(of_month(line, end, pattern));
    }
    if let Some((unit, after)) = line.unit(end)
        && unit != Unit::Day
        && let Ok(count) = u32::try_from(first)
        && ordinals.len() == 1
    {
        return Some((Pattern::every(count, unit), after));
    }
    let day_end = line.unit(end).map(|(_, end)| end);
    if let Some(after) = day_end
        && ordinals.len() == 1
        && first > 1
        && month_behind(line, after).is_none()
    {
        return Some((Pattern::every(u32::try_from(first).ok()?, Unit::Day), after));
    }
    let end = day_end.unwrap_or(end);
    if !ordinals.iter().all(|day| in_month(*day)) {
        return None;
    }
    let month_days = ordinals;
    if let Some((month, end)) = line.month(line.skip(end, &[Word::Of])) {
        return Some((Pattern { month_days, ..Pattern::yearly(month, 1) }, end));
    }
    if day_end.is_none() && first < 0 {
        return None;
    }
    Some(of_month(line, end, Pattern { month_days, ..Pattern::every(1, Unit::Month) }))
}

fn in_month(day: i32) -> bool {
    (-31..=31).contains(&day) && day != 0
}

/// An optional "of the month", "of each quarter" behind a day.
fn of_month(line: &Line<'_>, at: usize, pattern: Pattern) -> Read {
    match month_behind(line, at) {
        Some((unit, end)) => {
            let interval = if unit == Unit::Quarter { 3 } else { 1 };
            (Pattern { interval, ..pattern }, end)
        }
        None => (pattern, at),
    }
}

fn month_behind(line: &Line<'_>, at: usize) -> Option<(Unit, usize)> {
    let of = line.any(at, &[Word::Of, Word::In])?;
    let noun = line.skip_all(of, &[Word::Article, Word::Every, Word::One, Word::This]);
    line.unit(noun).filter(|(unit, _)| matches!(unit, Unit::Month | Unit::Quarter))
}

/// "on wednesday", "on the 1st", "on the last friday", "on feb 29" behind "every … week/month/year".
fn on_days(line: &Line<'_>, at: usize, every: &Pattern) -> Option<Read> {
    // "every day from monday to friday"
    if let Some(from) = line.any(at, &[Word::From, Word::Starting])
        && every.unit == Unit::Day
        && let Some((days, end)) = weekday_list(line, from).filter(|(days, _)| days.len() > 1)
    {
        return Some((Pattern { interval: every.interval, ..Pattern::weekly(days) }, end));
    }
    let start = line.word(at, Word::On)?;
    let kept = Pattern { interval: every.interval, ..every.clone() };
    match every.unit {
        Unit::Week | Unit::Day => {
            let (days, end) = weekday_list(line, start).or_else(|| {
                line.any(start, &[Word::Workday, Word::Workdays])
                    .map(|end| (WORKDAYS.to_vec(), end))
            })?;
            Some((Pattern { interval: every.interval, ..Pattern::weekly(days) }, end))
        }
        Unit::Month | Unit::Quarter => {
            if let Some((day, end)) = line.digits(start)
                && let Ok(day) = i32::try_from(day)
                && in_month(day)
                && line.ordinal(start, false).is_none()
            {
                return Some((Pattern { month_days: vec![day], ..kept }, end));
            }
            let (found, end) = nth(line, start)?;
            let monthly = found.unit == Unit::Month;
            monthly.then_some((Pattern { interval: every.interval, ..found }, end))
        }
        Unit::Year => {
            let (month, day, end) = day_of_year(line, start)?;
            Some((Pattern { interval: every.interval, ..Pattern::yearly(month, day) }, end))
        }
        Unit::Minute | Unit::Hour => None,
    }
}

/// "feb 29", "29 february", "the 29th of february".
fn day_of_year(line: &Line<'_>, at: usize) -> Option<(u32, i32, usize)> {
    let at = line.skip(at, &[Word::Article]);
    let found = if let Some((month, end)) = line.month(at) {
        let (day, end) = line.ordinal(line.skip(end, &[Word::Article]), true)?;
        (month, day, end)
    } else {
        let (day, end) = line.ordinal(at, true)?;
        let (month, end) = line.month(line.skip(end, &[Word::Of]))?;
        (month, day, end)
    };
    in_month(found.1).then_some(found)
}

/// "mondays and thursdays", "on weekdays"; without "on" the words are weak.
fn plural(line: &Line<'_>, at: usize) -> Option<(Pattern, usize, bool)> {
    let on = line.word(at, Word::On);
    let start = on.unwrap_or(at);
    let weak = on.is_none();
    if let Some(end) = line.word(start, Word::Workdays) {
        return Some((Pattern::weekly(WORKDAYS), end, weak));
    }
    if let Some(end) = line.word(start, Word::Weekends) {
        return Some((Pattern::weekly([Weekday::Sat, Weekday::Sun]), end, weak));
    }
    let plural = line.find(start, |sense| matches!(sense, Sense::Weekdays(_)).then_some(()));
    plural?;
    weekday_list(line, start).map(|(days, end)| (Pattern::weekly(days), end, weak))
}

/// "mon-fri", "tue and thu", "on mon/wed/fri".
fn in_a_row(line: &Line<'_>, at: usize) -> Option<(Pattern, usize, bool)> {
    let (days, end) = several(line, line.skip(at, &[Word::On]))?;
    Some((Pattern { assumed: true, ..Pattern::weekly(days) }, end, false))
}

/// "on the first monday of every month", "the 15th of each month".
fn of_every_month(line: &Line<'_>, at: usize) -> Option<Read> {
    let start = line.skip(at, &[Word::On]);
    let (_, behind) = ordinal_list(line, start)?;
    let (pattern, end) = nth(line, start)?;
    let every = (behind..end).any(|i| line.is(i, Word::Every));
    every.then_some((pattern, end))
}

/// "3 days after I finish it": the wait is the repeat.
fn rhythm(line: &Line<'_>, at: usize) -> Option<Read> {
    let (count, after) = line.count(at)?;
    let (unit, _) = line.unit(after)?;
    let (_, end) = amount::single(line, at)?;
    let end = line.word(end, Word::AfterDone)?;
    Some((Pattern { after_done: true, ..Pattern::every(count, unit) }, end))
}

fn impossible(line: &Line<'_>, from: usize, to: usize, rule: &str) -> LanguageError {
    LanguageError::ImpossibleRepeat {
        words: line.slice(from, to).to_owned(),
        rule: rule.to_owned(),
    }
}
