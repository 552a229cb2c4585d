//! Times of day: "5pm", "17:00", "at 5", "half past six", "noon", "2-4pm".

use chrono::NaiveTime;

use super::Found;
use crate::{
    LanguageError,
    lexicon::{Sense, Word},
    line::{Kind, Line},
};

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The time, a bare hour still as written.
    pub(crate) time: NaiveTime,
    /// Neither am nor pm nor a 24-hour form: a part of the day may still move it.
    pub(crate) bare: bool,
    /// When it ends, of a range.
    pub(crate) end: Option<NaiveTime>,
}

/// A time of day or a range of two, with "at" before it or not.
pub(crate) fn clock(line: &Line<'_>, at: usize) -> Found<Clock> {
    let at_end = line.skip(at, &[Word::At, Word::By]);
    let from_end = line.skip(at, &[Word::From, Word::Between]);
    let (start, led) = if from_end > at { (from_end, true) } else { (at_end, at_end > at) };
    let between = line.is(at, Word::Between);
    if let Some(range) = range(line, start, between)? {
        return Ok(Some(range));
    }
    if from_end > at {
        return Ok(None);
    }
    single(line, start, led)
}

/// "2pm to 4pm", "14:00-15:30", "2-4pm": an end without its own half of the day lends it to the start.
fn range(line: &Line<'_>, at: usize, between: bool) -> Found<Clock> {
    let Some((first, middle)) = single(line, at, true)? else { return Ok(None) };
    let dash = ['-', '–'].iter().find_map(|dash| line.mark(middle, *dash));
    let ties: &[Word] = if between { &[Word::And] } else { &[Word::To, Word::Until] };
    let Some(next) = dash.or_else(|| line.any(middle, ties)) else {
        return Ok(None);
    };
    let Some((last, end)) = single(line, next, true)? else { return Ok(None) };
    if first.bare && last.bare && dash.is_none() && !between {
        return Ok(None);
    }
    let mut start = first.time;
    if first.bare && !last.bare {
        let later = start + chrono::Duration::hours(12);
        if start < later && later < last.time {
            start = later;
        }
    }
    let bare = first.bare && last.bare;
    Ok((start < last.time).then_some((Clock { time: start, bare, end: Some(last.time) }, end)))
}

fn single(line: &Line<'_>, at: usize, led: bool) -> Found<Clock> {
    if let Some(((hour, minute), end)) = line.find(at, |sense| match sense {
        Sense::Clock(hour, minute) => Some((hour, minute)),
        _ => None,
    }) {
        return Ok(fixed(hour, minute).map(|clock| (clock, end)));
    }
    if let Some(found) = spoken(line, at) {
        return Ok(Some(found));
    }
    written(line, at, led)
}

fn fixed(hour: u32, minute: u32) -> Option<Clock> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    Some(Clock { time, bare: false, end: None })
}

/// "half past five", "quarter to 6", "ten past nine", "halb sechs".
fn spoken(line: &Line<'_>, at: usize) -> Option<(Clock, usize)> {
    // Bare numbers only as clocks are read, so that "3 to 4" is not three minutes to four.
    let small =
        |at| line.count(at).filter(|(n, end)| *n < 60 && (n % 5 == 0 || line.unit(*end).is_some()));
    let (minutes, end) = if let Some(end) = line.word(at, Word::HalfBefore) {
        (-30, end)
    } else {
        let (count, end) = line
            .word(at, Word::Half)
            .map(|end| (30, end))
            .or_else(|| line.word(at, Word::QuarterHour).map(|end| (15, end)))
            .or_else(|| small(at).map(|(n, end)| (n, line.skip_unit(end))))?;
        let count = i64::from(count);
        match (line.word(end, Word::PastHour), line.word(end, Word::ToHour)) {
            (Some(end), _) => (count, end),
            (None, Some(end)) => (-count, end),
            (None, None) => return None,
        }
    };
    let (hour, end) = line.count(end).filter(|(hour, _)| (1..=12).contains(hour))?;
    let time = NaiveTime::from_hms_opt(hour % 24, 0, 0)? + chrono::Duration::minutes(minutes);
    let end = line.skip(end, &[Word::OClock]);
    let clock = Clock { time, bare: true, end: None };
    Some(half_of_day(line, end, clock).unwrap_or((clock, end)))
}

/// Digits, or a number word behind "at" or before "o'clock".
fn written(line: &Line<'_>, at: usize, led: bool) -> Found<Clock> {
    let Some((hour, end)) = line.count(at).filter(|_| !line.is(at, Word::One)) else {
        return Ok(None);
    };
    let digits = line.digits(at).is_some();
    let colon = line.mark(end, ':').filter(|next| line.glued(end) && line.glued(*next));
    if digits && let Some(next) = colon {
        let Some((minute, end)) = line.digits(next) else { return Ok(None) };
        let longer = line.mark(end, ':').is_some_and(|next| line.glued(end) && line.glued(next));
        if line.digit_count(next) != 2 || line.digit_count(at) > 2 || longer {
            return Ok(None);
        }
        return with_minutes(line, at, hour, minute, end).map(Some);
    }
    let dot = line.mark(end, '.').filter(|next| line.glued(end) && line.glued(*next));
    if digits
        && let Some(next) = dot
        && let Some((minute, end)) = line.digits(next)
        && line.digit_count(next) == 2
        && (led || line.any(end, &[Word::Am, Word::Pm, Word::OClock]).is_some())
    {
        if hour > 23
            || minute > 59
            || line.mark(end, '.').is_some_and(|e| line.glued(end) && line.digits(e).is_some())
        {
            return Ok(None);
        }
        return with_minutes(line, at, hour, minute, end).map(Some);
    }
    whole_hour(line, at, hour, end, led)
}

/// `17:00`, `9:30am`.
fn with_minutes(
    line: &Line<'_>,
    at: usize,
    hour: u32,
    minute: u32,
    end: usize,
) -> Result<(Clock, usize), LanguageError> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(|| {
        impossible(
            line,
            at,
            end,
            if hour > 23 { "hours go from 0 to 23" } else { "minutes go from 0 to 59" },
        )
    })?;
    let end = line.skip(end, &[Word::OClock]);
    // `05:30` is the 24-hour clock; `5:30` may be either half of the day.
    let bare = line.digit_count(at) == 1 && hour > 0;
    let clock = Clock { time, bare, end: None };
    if line.any(end, &[Word::Am, Word::Pm]).is_some() && hour > 12 {
        return Err(impossible(line, at, end + 1, "am and pm go with the hours 1 to 12"));
    }
    Ok(half_of_day(line, end, clock).unwrap_or((clock, end)))
}

/// `5pm`, `15 Uhr`, `at 5`, `at 1730`.
fn whole_hour(line: &Line<'_>, at: usize, hour: u32, end: usize, led: bool) -> Found<Clock> {
    if let Some(found) = french(line, at, hour, end, led) {
        return Ok(Some(found));
    }
    if let Some(after) = line.any(end, &[Word::Am, Word::Pm]) {
        // The minutes of "3:30pm" are no hour.
        if line.glued(at) && at > 0 && line.mark(at - 1, ':').is_some() {
            return Ok(None);
        }
        if !(1..=12).contains(&hour) {
            return if hour < 100 && line.glued(end) {
                Err(impossible(line, at, after, "am and pm go with the hours 1 to 12"))
            } else {
                Ok(None)
            };
        }
        let Some(clock) = fixed(hour, 0) else { return Ok(None) };
        return Ok(half_of_day(line, end, clock));
    }
    if let Some(after) = line.word(end, Word::OClock) {
        let minute = line.digits(after).filter(|(m, _)| *m < 60 && line.digit_count(after) == 2);
        let (minute, after) = minute.unwrap_or((0, after));
        let Some(clock) = fixed(hour, minute) else { return Ok(None) };
        let clock = Clock { bare: hour <= 12 && minute == 0, ..clock };
        return Ok(Some(half_of_day(line, after, clock).unwrap_or((clock, after))));
    }
    if !led || !free_behind(line, end) {
        return Ok(None);
    }
    if line.digits(at).is_some() && line.digit_count(at) == 4 {
        return Ok(fixed(hour / 100, hour % 100).map(|clock| (clock, end)));
    }
    if line.digits(at).is_some() && line.digit_count(at) > 2 {
        return Ok(None);
    }
    Ok(fixed(hour, 0).map(|clock| (Clock { bare: hour <= 12, ..clock }, end)))
}

/// "at 17h30".
fn french(line: &Line<'_>, at: usize, hour: u32, end: usize, led: bool) -> Option<(Clock, usize)> {
    let letter = led && line.glued(end) && line.slice(end, end + 1).eq_ignore_ascii_case("h");
    let (minute, after) = line.digits(end + 1).filter(|_| letter && line.glued(end + 1))?;
    let fits = line.digits(at).is_some() && line.digit_count(end + 1) == 2;
    fixed(hour, minute).filter(|_| fits).map(|clock| (clock, after))
}

/// Behind a bare hour nothing may count: not "at 5 percent", "at 5%", "at 5 Main Street".
fn free_behind(line: &Line<'_>, at: usize) -> bool {
    if line.unit(at).is_some() || line.is(at, Word::Measure) {
        return false;
    }
    match line.token(at).map(|token| (token.kind, token.glued)) {
        None => true,
        Some((Kind::Word, glued)) => {
            let name = line.slice(at, at + 1).starts_with(char::is_uppercase);
            !glued && (!name || !line.hits(at).is_empty())
        }
        Some((Kind::Mark(mark), glued)) => !(glued && "%/:€$£°".contains(mark)),
        Some((Kind::Number(_), _)) => false,
        Some(_) => true,
    }
}

fn half_of_day(line: &Line<'_>, at: usize, clock: Clock) -> Option<(Clock, usize)> {
    use chrono::Timelike;
    let hour = clock.time.hour();
    let (hour, end) = match (line.word(at, Word::Am), line.word(at, Word::Pm)) {
        (Some(end), _) => (hour % 12, end),
        (None, Some(end)) => (hour % 12 + 12, end),
        (None, None) => return None,
    };
    Some((Clock { time: clock.time.with_hour(hour)?, bare: false, end: None }, end))
}

fn impossible(line: &Line<'_>, from: usize, to: usize, rule: &str) -> LanguageError {
    let words = line.slice(from, to.min(line.len())).to_owned();
    LanguageError::ImpossibleTime { words, rule: rule.to_owned() }
}
