//! When to remind: "remind me 1 day and 2 hours before", "remind me at 7pm to …", "email me an hour before".

use todo_events::Channel;

use super::{Amount, Fact, Match, When, amount, when};
use crate::{LanguageError, context::Frame, lexicon::Word, line::Line};

/// A wish to be reminded, as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Remind {
    /// When.
    pub(crate) at: RemindAt,
    /// How.
    pub(crate) channel: Channel,
}

/// When to remind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RemindAt {
    /// At the time it is due.
    Due,
    /// So many minutes before.
    Before(u32),
    /// So many days before, at a time of day.
    DaysBefore(u32, When),
    /// At a moment; it is the due as well when no other is named.
    Moment(When),
}

/// Wishes to be reminded as a fact.
pub(super) fn reminder(
    line: &Line<'_>,
    at: usize,
    context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    if let Some(to) = line.word(at, Word::NoReminder) {
        return Ok(Some(Match { from: at, to, fact: Fact::Reminders(Vec::new()), weak: false }));
    }
    let me = line.word(at, Word::RemindMe);
    let by_email = line.word(at, Word::RemindByEmail);
    let Some(start) = me.or(by_email).or_else(|| line.word(at, Word::Reminder)) else {
        return Ok(None);
    };
    let email = line.word(start, Word::ByEmail);
    let start = email.unwrap_or(start);
    let Some((times, end)) = times(line, start, context)?
        .or_else(|| alone(line, start, me.is_some()))
        .filter(|(times, _)| {
            by_email.is_none() || times.iter().all(|at| matches!(at, RemindAt::Before(_)))
        })
    else {
        return Ok(None);
    };
    let late_email = line.word(end, Word::ByEmail);
    let end = late_email.unwrap_or(end);
    let email = email.or(by_email).or(late_email).is_some();
    let channel = if email { Channel::Email } else { context.channel };
    let to =
        if me.is_some() { line.any(end, &[Word::To, Word::About]).unwrap_or(end) } else { end };
    let list = times.into_iter().map(|at| Remind { at, channel }).collect();
    Ok(Some(Match { from: at, to, fact: Fact::Reminders(list), weak: false }))
}

type Times = Option<(Vec<RemindAt>, usize)>;

fn times(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Result<Times, LanguageError> {
    if let Some(end) = line.word(at, Word::WhenDue) {
        return Ok(Some((vec![RemindAt::Due], end)));
    }
    if let Some(found) = day_before(line, at)? {
        return Ok(Some(found));
    }
    if let Some(found) = lengths(line, at) {
        return Ok(Some(found));
    }
    Ok(when(line, at, context)?.map(|(when, end)| (vec![RemindAt::Moment(when)], end)))
}

/// "the day before at 6pm", "2 days before at 9:00", "the evening before".
fn day_before(line: &Line<'_>, at: usize) -> Result<Times, LanguageError> {
    let noun = line.skip(at, &[Word::Article]);
    if let Some((_, after)) = line.part(noun)
        && let Some(end) = line.word(after, Word::Early)
    {
        let time = when::time_of_day(line, noun)?.map(|(time, _)| time).unwrap_or_default();
        return Ok(Some((vec![RemindAt::DaysBefore(1, time)], end)));
    }
    let length = match line.unit(noun).filter(|_| noun > at) {
        Some((unit, end)) => Amount::of(1, unit).map(|length| (length, end)),
        None => amount::single(line, at),
    };
    let Some((length, end)) = length else { return Ok(None) };
    let Some(end) = line.word(end, Word::Early) else { return Ok(None) };
    if length.minutes > 0 {
        return Ok((noun > at).then(|| (vec![RemindAt::Before(length.in_minutes())], end)));
    }
    match when::time_of_day(line, end)? {
        Some((time, end)) => {
            Ok(Some((vec![RemindAt::DaysBefore(length.in_minutes() / 1440, time)], end)))
        }
        None if noun > at => Ok(Some((vec![RemindAt::Before(length.in_minutes())], end))),
        None => Ok(None),
    }
}

/// "1 day and 2 hours before": each length is a reminder of its own.
fn lengths(line: &Line<'_>, at: usize) -> Times {
    let mut list = Vec::new();
    let mut end = at;
    loop {
        let mark = line.mark(end, ',').filter(|_| end > at).unwrap_or(end);
        let next = line.skip(mark, &[Word::And]);
        let Some((length, after)) = amount::single(line, next) else { break };
        list.push(RemindAt::Before(length.in_minutes()));
        end = line.skip(after, &[Word::Early]);
    }
    (!list.is_empty()).then_some((list, end))
}

/// "remind me to …": when it is due. A lone "reminder" counts only at the end.
fn alone(line: &Line<'_>, at: usize, me: bool) -> Times {
    let enough = me || line.is_end(at);
    enough.then(|| (vec![RemindAt::Due], at))
}
