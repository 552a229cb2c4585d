//! Where a repeat starts, where it ends, and what it leaves out.

use chrono::{NaiveDate, Weekday};

use super::{Day, Fact, Match, When, amount, day, day_named::next_month, when};
use crate::{
    LanguageError,
    calendar::plus_months,
    context::Frame,
    lexicon::{Sense, Word},
    line::Line,
};

/// Something a repeat leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exception {
    /// A weekday.
    Weekday(Weekday),
    /// A month.
    Month(u32),
    /// A day.
    Day(NaiveDate),
}

/// A limit of a repeat; assembly decides what it means without one.
pub(super) fn limit(
    line: &Line<'_>,
    at: usize,
    context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let found = |fact, to| Ok(Some(Match { from: at, to, fact, weak: false }));
    if let Some(start) = line.word(at, Word::Starting)
        && let Some((first, to)) = when(line, start, context)?
    {
        if let Some(next) = line.any(to, &[Word::To, Word::Until])
            && let Some((last, end)) = when(line, next, context)?
        {
            return found(Fact::Period(first, last, to), end);
        }
        return found(Fact::Start(first), to);
    }
    if let Some(start) = line.word(at, Word::Starting)
        && let Some((first, to)) = month(line, start, context)
    {
        // The present month has begun: its repeat starts today.
        return found(Fact::Start(on(first.max(context.today()))), to);
    }
    if let Some(start) = line.word(at, Word::Until)
        && let Some((when, to)) = when(line, line.skip(start, &[Word::Article]), context)?
    {
        return found(Fact::Until(when), to);
    }
    if let Some(start) = line.word(at, Word::Until)
        && let Some((first, to)) = month(line, start, context)
    {
        // Nothing ends where it began: the present month means next year's.
        let ahead = if first > context.today() { 0 } else { 12 };
        return found(Fact::Until(on(plus_months(first, ahead))), to);
    }
    if let Some(to) = line.word(at, Word::AfterDone) {
        return found(Fact::AfterDone, to);
    }
    if let Some((list, to)) = exceptions(line, at, context)? {
        return found(Fact::Except(list), to);
    }
    let start = line.word(at, Word::For).unwrap_or(at);
    if let Some((count, end)) = line.count(start)
        && let Some(to) = line.word(end, Word::Times)
    {
        return found(Fact::Count(count), to);
    }
    let start = line.skip(start, &[Word::Next]);
    if start > at
        && let Some((span, to)) = amount::amount(line, start).filter(|(span, _)| span.minutes == 0)
    {
        return found(Fact::Span(span), to);
    }
    Ok(None)
}

/// A month stands for its first day, which has passed when it is the present one.
fn month(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Option<(NaiveDate, usize)> {
    let (month, end) = line.month(at)?;
    Some((next_month(context.today(), month), end))
}

fn on(date: NaiveDate) -> When {
    When { day: Some(Day::fixed(date)), ..When::default() }
}

/// "except fridays and in august", "except weekends", "except dec 25".
fn exceptions(
    line: &Line<'_>,
    at: usize,
    context: &Frame<'_>,
) -> Result<Option<(Vec<Exception>, usize)>, LanguageError> {
    let Some(mut end) = line.word(at, Word::Except) else { return Ok(None) };
    let mut list = Vec::new();
    loop {
        let next = line.mark(end, ',').unwrap_or(end);
        let next = line.skip_all(next, &[Word::And, Word::On, Word::In, Word::Article, Word::Or]);
        let Some((mut more, after)) = exception(line, next, context)? else { break };
        list.append(&mut more);
        end = after;
    }
    Ok((!list.is_empty()).then_some((list, end)))
}

fn exception(
    line: &Line<'_>,
    at: usize,
    context: &Frame<'_>,
) -> Result<Option<(Vec<Exception>, usize)>, LanguageError> {
    if let Some(end) = line.any(at, &[Word::Weekend, Word::Weekends]) {
        let days = [Weekday::Sat, Weekday::Sun].map(Exception::Weekday);
        return Ok(Some((days.to_vec(), end)));
    }
    let weekday = line.find(at, |sense| match sense {
        Sense::Weekday(day) | Sense::WeakWeekday(day) | Sense::Weekdays(day) => Some(day),
        _ => None,
    });
    if let Some((weekday, end)) = weekday {
        return Ok(Some((vec![Exception::Weekday(weekday)], end)));
    }
    if let Some((day, end)) = day(line, at, context)? {
        return Ok(Some((vec![Exception::Day(day.date)], end)));
    }
    Ok(line.month(at).map(|(month, end)| (vec![Exception::Month(month)], end)))
}
