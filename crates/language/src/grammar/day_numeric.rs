//! Days in digits: `2026-07-15`, `27/11`, `05/06/26`, `24.12.2026`.

use chrono::{Datelike, NaiveDate};

use super::{Day, Found, day::impossible, day_named::dated};
use crate::{Note, context::Frame, lexicon::Word, line::Line};

/// Three numbers, or two around a slash (in German also two with dots).
struct Written {
    numbers: [u32; 3],
    /// How many numbers there are, 2 or 3.
    count: usize,
    mark: char,
    end: usize,
}

pub(super) fn numeric(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let Some(written) = written(line, at) else { return Ok(None) };
    let Written { numbers: [a, b, c], count, mark, end } = written;
    if count == 3 && line.digit_count(at) == 4 {
        return exact(line, at, end, (a, b, c));
    }
    let day_first = mark != '/' || context.locale.day_first;
    let (mut day, mut month) = if day_first { (a, b) } else { (b, a) };
    let ambiguous = mark == '/' && a <= 12 && b <= 12 && a != b;
    if month > 12 && day <= 12 {
        (day, month) = (month, day);
    }
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Ok(None);
    }
    let note = ambiguous.then_some(Note::DateOrderFromLocale);
    if count == 3 {
        let Some(year) = full_year(line, at, c, context) else { return Ok(None) };
        let (found, end) = exact(line, at, end, (year, month, day))?.unzip();
        return Ok(found.zip(end).map(|(found, end)| (Day { note, ..found }, end)));
    }
    // `9/11` alone is weak: a fraction, a score or the name of a day looks the same.
    if line.is(end, Word::Measure) || at > 0 && line.is(at - 1, Word::Article) {
        return Ok(None);
    }
    let found = dated(context, None, month, day).map_err(|rule| impossible(line, at, end, rule))?;
    Ok(Some((Day { weak: true, note: found.note.or(note), ..found }, end)))
}

fn written(line: &Line<'_>, at: usize) -> Option<Written> {
    let (a, end) = line.digits(at)?;
    let mark = ['-', '/', '.'].into_iter().find(|mark| line.mark(end, *mark).is_some())?;
    let glued = |at: usize| line.glued(at).then_some(at);
    let (b, end) = line.digits(glued(end)? + 1).filter(|_| line.glued(end + 1))?;
    if line.digit_count(end - 1) > 2 {
        return None;
    }
    let third = line
        .mark(end, mark)
        .filter(|next| line.glued(end) && line.glued(*next))
        .and_then(|next| line.digits(next));
    if let Some((c, end)) = third {
        return Some(Written { numbers: [a, b, c], count: 3, mark, end });
    }
    let dot_end = line.mark(end, '.').filter(|_| mark == '.' && line.glued(end));
    let end = match mark {
        '/' => end,
        '.' => dot_end?,
        _ => return None,
    };
    let short = line.digit_count(at) <= 2;
    short.then_some(Written { numbers: [a, b, 0], count: 2, mark, end })
}

/// `26` is a year of this century, as far as 79 years ahead.
fn full_year(line: &Line<'_>, at: usize, year: u32, context: &Frame<'_>) -> Option<u32> {
    match line.digit_count(at + 4) {
        4 => Some(year),
        2 => u32::try_from(context.today().year()).ok().map(|now| now / 100 * 100 + year),
        _ => None,
    }
}

fn exact(
    line: &Line<'_>,
    at: usize,
    end: usize,
    (year, month, day): (u32, u32, u32),
) -> Found<Day> {
    let Some(year) = i32::try_from(year).ok().filter(|year| (1900..=2200).contains(year)) else {
        return Ok(None);
    };
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => Ok(Some((Day::fixed(date), end))),
        None => {
            let rule = if (1..=12).contains(&month) {
                format!("month {month} of {year} has fewer days")
            } else {
                "months go from 1 to 12".to_owned()
            };
            Err(impossible(line, at, end, rule))
        }
    }
}
