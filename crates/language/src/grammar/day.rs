//! Days: "tomorrow", "next friday", "in 3 days", "end of next month".
//!
//! Every form is tried and the longest wins, so that "the 15th of next month" is not just a 15th.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{Found, amount, day_named, day_numeric, feast, listed};
use crate::{
    LanguageError, Note, calendar,
    context::Frame,
    lexicon::{Sense, Unit, Word},
    line::Line,
};

/// A day, and where it moves when its time has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// The day.
    pub(crate) date: NaiveDate,
    /// What is meant when that is already over.
    pub(crate) roll: Roll,
    /// The words are common ones ("sat").
    pub(crate) weak: bool,
    /// A preposition belongs to the words ("in 3 days").
    pub(crate) led: bool,
    /// What the reader decided.
    pub(crate) note: Option<Note>,
}

/// What is meant when a day is already over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roll {
    /// That day nonetheless.
    Fixed,
    /// A week later.
    Week,
    /// The same day of a later month.
    Month,
    /// A year later.
    Year,
}

impl Day {
    /// A day that is meant whatever the time.
    pub(crate) fn fixed(date: NaiveDate) -> Self {
        Self { date, roll: Roll::Fixed, weak: false, led: false, note: None }
    }

    pub(super) fn rolling(date: NaiveDate, roll: Roll) -> Self {
        Self { roll, ..Self::fixed(date) }
    }

    /// The day meant when this one is over; `None` when it is meant nonetheless.
    pub(crate) fn next(self) -> Option<NaiveDate> {
        match self.roll {
            Roll::Fixed => None,
            Roll::Week => Some(calendar::plus_days(self.date, 7)),
            Roll::Month => (1..=3).find_map(|months| {
                let month = calendar::plus_months(calendar::month_start(self.date), months);
                month.with_day(self.date.day())
            }),
            Roll::Year => (1..=8).find_map(|years| self.date.with_year(self.date.year() + years)),
        }
    }
}

type Form = fn(&Line<'_>, usize, &Frame<'_>) -> Found<Day>;

/// The longest day that starts here; prepositions have been read before.
pub(crate) fn day(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    const FORMS: [Form; 10] = [
        weekday_and_date,
        day_numeric::numeric,
        day_named::month_and_day,
        day_named::nth_weekday,
        feast::feast,
        relative,
        waited,
        weekday,
        stretch,
        day_named::day_of_month,
    ];
    let mut best: Option<(Day, usize)> = None;
    for form in FORMS {
        if let Some(found) = form(line, at, context)?
            && best.is_none_or(|(_, end)| found.1 > end)
        {
            best = Some(found);
        }
    }
    Ok(best)
}

/// "today", "day after tomorrow".
fn relative(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let found = line.find(at, |sense| match sense {
        Sense::Day(offset) => Some(offset),
        _ => None,
    });
    Ok(found.map(|(offset, end)| (Day::fixed(calendar::plus_days(context.today(), offset)), end)))
}

/// "in 3 days", "+5 days", "2 weeks from now", "a week from friday", "3 days ago".
fn waited(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let plus = line.mark(at, '+').filter(|next| line.glued(*next));
    let lead = plus.or_else(|| line.word(at, Word::In));
    let Some((length, end)) = amount::amount(line, lead.unwrap_or(at)) else { return Ok(None) };
    if length.minutes > 0 {
        return Ok(None);
    }
    let midnight = chrono::NaiveTime::MIN;
    let from = |date: NaiveDate| Day {
        led: true,
        ..Day::fixed(length.after(date.and_time(midnight)).date())
    };
    if let Some(end) = line.word(end, Word::Ago) {
        let days = u64::from(length.in_minutes() / 1440);
        let date = context.today().checked_sub_days(Days::new(days)).unwrap_or(context.today());
        return Ok(Some((Day::fixed(date), end)));
    }
    if let Some(after) = line.any(end, &[Word::From, Word::After])
        && let Some((base, end)) = day(line, after, context)?
    {
        return Ok(Some((from(base.date), end)));
    }
    // "3 days before christmas"
    if lead.is_none()
        && let Some(after) = line.word(end, Word::Before)
        && let Some((base, end)) = day(line, after, context)?
    {
        let days = i64::from(length.in_minutes() / 1440);
        return Ok(Some((
            Day { led: true, ..Day::fixed(calendar::plus_days(base.date, -days)) },
            end,
        )));
    }
    let behind = line.word(end, Word::FromNow);
    let end = behind.unwrap_or(end);
    Ok((lead.is_some() || behind.is_some()).then(|| (from(context.today()), end)))
}

/// "friday", "next friday", "friday next week", "monday in two weeks".
fn weekday(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let next = line.word(at, Word::Next);
    let start = next.or_else(|| line.any(at, &[Word::This, Word::Article])).unwrap_or(at);
    let Some(((weekday, weak), end)) = line.find(start, |sense| match sense {
        Sense::Weekday(day) => Some((day, false)),
        Sense::WeakWeekday(day) => Some((day, true)),
        _ => None,
    }) else {
        return next_week_weekday(line, at, context);
    };
    // "tue and thu" are two days; the repeat reads them.
    if listed::several(line, start).is_some() {
        return Ok(None);
    }
    // "the sun" shines.
    if weak && start > at && next.is_none() && !line.is(at, Word::This) {
        return Ok(None);
    }
    let today = context.today();
    if next.is_some() {
        let date = in_next_week(context, weekday);
        return Ok(Some((Day { note: Some(Note::NextIsNextWeek), ..Day::fixed(date) }, end)));
    }
    if let Some(after) = line.word(line.skip(end, &[Word::Of]), Word::Next)
        && let Some((Unit::Week, end)) = line.unit(after)
    {
        return Ok(Some((Day::fixed(in_next_week(context, weekday)), end)));
    }
    let soon = calendar::on_or_after(today, weekday);
    if let Some(after) = line.word(end, Word::In)
        && let Some((length, end)) = amount::single(line, after)
        && length.minutes == 0
    {
        let base = length.after(today.and_time(chrono::NaiveTime::MIN)).date();
        let week = calendar::week_start(base, context.locale.sunday_first);
        return Ok(Some((Day::fixed(calendar::on_or_after(week, weekday)), end)));
    }
    Ok(Some((Day { weak, ..Day::rolling(soon, Roll::Week) }, end)))
}

/// "Wednesday 20 May", "fri, 2026-05-15": the two must agree.
fn weekday_and_date(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let Some((weekday, end)) = line.weekday(at) else { return Ok(None) };
    let start = line.mark(end, ',').unwrap_or(end);
    let start = line.skip(start, &[Word::On]);
    let found = match day_named::month_and_day(line, start, context)? {
        Some(found) => Some(found),
        None => day_numeric::numeric(line, start, context)?,
    };
    let Some((day, end)) = found.filter(|(day, _)| !day.led) else { return Ok(None) };
    if day.date.weekday() == weekday {
        return Ok(Some((Day { weak: false, ..day }, end)));
    }
    let rule = format!("{} is a {}", day.date, day.date.format("%A"));
    Err(impossible(line, at, end, rule))
}

/// "next week on friday".
fn next_week_weekday(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let Some(after) = line.word(at, Word::Next) else { return Ok(None) };
    let Some((Unit::Week, after)) = line.unit(after) else { return Ok(None) };
    let Some((weekday, end)) = line.weekday(line.skip(after, &[Word::On])) else { return Ok(None) };
    Ok(Some((Day::fixed(in_next_week(context, weekday)), end)))
}

fn in_next_week(context: &Frame<'_>, weekday: Weekday) -> NaiveDate {
    let week = calendar::week_start(context.today(), context.locale.sunday_first);
    calendar::on_or_after(calendar::plus_days(week, 7), weekday)
}

/// "next week", "this month", "end of year", "start of march", "this weekend".
fn stretch(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let end_of = line.word(at, Word::EndOf);
    let start_of = line.word(at, Word::StartOf);
    let edge = end_of.or(start_of);
    let start = edge.unwrap_or(at);
    let today = context.today();
    if edge.is_some()
        && let Some((month, end)) = line.month(start)
    {
        let first = day_named::next_month(today, month);
        let date = if end_of.is_some() { calendar::month_end(first) } else { first };
        return Ok(Some((Day::rolling(date, Roll::Year), end)));
    }
    let next = line.word(start, Word::Next);
    let this = line.any(start, &[Word::This, Word::Article]);
    let noun = next.or(this).unwrap_or(start);
    if let Some(end) =
        line.word(noun, Word::Weekend).filter(|_| noun > at || at > 0 && line.is(at - 1, Word::On))
    {
        return Ok(Some((Day::fixed(saturday(today, next.is_some())), end)));
    }
    let Some((unit, end)) = line.unit(noun) else { return Ok(None) };
    if edge.is_none() && next.is_none() && !line.is(start, Word::This) {
        return Ok(None);
    }
    let at_start = start_of.is_some() || (edge.is_none() && next.is_some());
    let (first, last) = stretch_of(context, unit, next.is_some());
    if first == last {
        return Ok(None);
    }
    Ok(Some((Day::fixed(if at_start { first.max(today) } else { last }), end)))
}

/// The Saturday of this weekend (today on a Sunday) or of the next.
fn saturday(today: NaiveDate, next: bool) -> NaiveDate {
    let this = if today.weekday() == Weekday::Sun {
        today
    } else {
        calendar::on_or_after(today, Weekday::Sat)
    };
    if next { calendar::on_or_after(calendar::plus_days(this, 2), Weekday::Sat) } else { this }
}

/// First and last day of this or the next week, month, quarter or year; the same day twice for
/// anything shorter.
pub(crate) fn stretch_of(context: &Frame<'_>, unit: Unit, next: bool) -> (NaiveDate, NaiveDate) {
    let today = context.today();
    let ahead = u32::from(next);
    let months = |first: NaiveDate, length: u32| {
        let first = calendar::plus_months(first, ahead * length);
        (first, calendar::plus_days(calendar::plus_months(first, length), -1))
    };
    let month = calendar::month_start(today);
    match unit {
        Unit::Week => {
            let first = calendar::week_start(today, context.locale.sunday_first);
            let first = calendar::plus_days(first, i64::from(ahead) * 7);
            (first, calendar::plus_days(first, 6))
        }
        Unit::Month => months(month, 1),
        Unit::Quarter => months(month.with_month0(month.month0() / 3 * 3).unwrap_or(month), 3),
        Unit::Year => months(month.with_month0(0).unwrap_or(month), 12),
        Unit::Minute | Unit::Hour | Unit::Day => (today, today),
    }
}

/// The error of a day that does not exist.
pub(super) fn impossible(line: &Line<'_>, from: usize, to: usize, rule: String) -> LanguageError {
    LanguageError::ImpossibleDate { words: line.slice(from, to).to_owned(), rule }
}
