//! "snooze the invoice task until monday", "move dentist to friday", "push task 3 by 2 days".

use todo_events::Due;

use super::{Asked, Stretch, target};
use crate::{
    Changes, Command, DueChange, Edit, LanguageError, Note, SpanKind, Target,
    assemble::Reader,
    calendar,
    grammar::{self, Amount, When, project_name, when},
    lexicon::Word,
};

pub(super) fn snooze(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let Some(start) = reader.line.word(stretch.from, Word::Snooze) else { return Ok(None) };
    let rest = Stretch { from: start, ..stretch };
    let Some((target, due)) = moved(reader, rest, true)? else { return Ok(None) };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.spans.sort_by_key(|span| span.start);
    Ok(Some(Command::Snooze { target, due }))
}

pub(super) fn reschedule(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let Some(start) = reader.line.word(stretch.from, Word::Move) else { return Ok(None) };
    let rest = Stretch { from: start, ..stretch };
    let changes = if let Some((target, due)) = moved(reader, rest, false)? {
        Some((target, Changes { due: Some(due), ..Changes::default() }))
    } else {
        to_project(reader, rest)
    };
    let Some((target, changes)) = changes else { return Ok(None) };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.spans.sort_by_key(|span| span.start);
    Ok(Some(Command::Update { target, changes }))
}

/// The target and the moment behind it. A target without "task" needs a preposition and a moment
/// up to the end of the line.
fn moved(
    reader: &mut Reader<'_, '_>,
    rest: Stretch,
    snooze: bool,
) -> Result<Option<(Target, DueChange)>, LanguageError> {
    let line = reader.line;
    let clear = target::explicit(line, rest).or_else(|| target::numbers(line, rest.from));
    if let Some((target, end)) = clear {
        reader.mark(rest.from, end, SpanKind::Target);
        if end == rest.to && snooze {
            reader.note(Note::SnoozedByADay);
            let tomorrow = calendar::plus_days(reader.context.today(), 1);
            let day = DueChange::Later { minutes: 1440, from_now: Due::Date(tomorrow) };
            return Ok(Some((target, day)));
        }
        return Ok(moment(reader, Stretch { from: end, ..rest })?.map(|due| (target, due)));
    }
    for at in rest.from + 1..rest.to {
        let led = line.any(at, &[Word::To, Word::Until, Word::By, Word::For]);
        if led.is_none() && !snooze {
            continue;
        }
        if let Some(due) = moment(reader, Stretch { from: at, ..rest })? {
            let stretch = Stretch { to: at, ..rest };
            let target = target::every(reader, stretch).or_else(|| target::titled(line, stretch));
            let Some(target) = target else { break };
            reader.mark(rest.from, at, SpanKind::Target);
            return Ok(Some((target, due)));
        }
    }
    Ok(None)
}

/// "to friday", "until monday 9:00", "by 2 days", "for an hour": the whole stretch or nothing.
fn moment(
    reader: &mut Reader<'_, '_>,
    stretch: Stretch,
) -> Result<Option<DueChange>, LanguageError> {
    let line = reader.line;
    let lead =
        line.any(stretch.from, &[Word::To, Word::Until, Word::By, Word::For, Word::Starting]);
    let start = lead.unwrap_or(stretch.from);
    let by = line.is(stretch.from, Word::By);
    let length = grammar::amount(line, start).filter(|(_, end)| *end == stretch.to);
    let change = match length {
        Some((length, _)) if by => Some(DueChange::By { minutes: i64::from(length.in_minutes()) }),
        Some((length, _)) => {
            Some(DueChange::Later { minutes: length.in_minutes(), from_now: later(reader, length) })
        }
        None => when(line, start, reader.context)?
            .filter(|(_, end)| *end == stretch.to)
            .and_then(|(when, _)| change(reader, &when)),
    };
    if change.is_some() {
        reader.mark(stretch.from, stretch.to, SpanKind::Due);
    }
    Ok(change)
}

fn later(reader: &Reader<'_, '_>, length: Amount) -> Due {
    match length.by_clock() {
        Some(length) => Due::Local(reader.context.later(length)),
        None => Due::Date(length.after(reader.context.local_now()).date()),
    }
}

/// A bare time keeps the day the task has.
pub(super) fn change(reader: &mut Reader<'_, '_>, when: &When) -> Option<DueChange> {
    let mut notes = Vec::new();
    let change = match when.time(&mut notes) {
        Some(time) if when.day.is_none() && when.instant.is_none() => DueChange::Time(time),
        _ => DueChange::To(when.due(reader.context, &mut notes)?),
    };
    notes.into_iter().for_each(|note| reader.note(note));
    Some(change)
}

/// "move task 3 to the family list".
fn to_project(reader: &mut Reader<'_, '_>, rest: Stretch) -> Option<(Target, Changes)> {
    let line = reader.line;
    let (target, end) =
        target::explicit(line, rest).or_else(|| target::numbers(line, rest.from))?;
    let (name, after) = project_name(line, end)?;
    reader.mark(rest.from, end, SpanKind::Target);
    reader.mark(end, after, SpanKind::Project);
    let changes = Changes { project: Some(Edit::Set(name)), ..Changes::default() };
    (after == rest.to).then_some((target, changes))
}
