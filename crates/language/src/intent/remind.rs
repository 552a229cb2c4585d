//! "remind me about task 3 tomorrow at 9", "set a reminder for task 3 1 hour before".

use todo_events::{Due, ReminderSpec};

use super::{Asked, Stretch, target};
use crate::{
    Changes, Command, SpanKind, Target,
    assemble::Reader,
    grammar::{amount, scan, when},
    lexicon::Word,
};

/// A reminder for a task that is there already; without its number the line is a new task.
pub(super) fn remind(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let Some(start) = line.any(stretch.from, &[Word::RemindMe, Word::Reminder]) else {
        return Ok(None);
    };
    let about = |at: usize| line.skip(at, &[Word::About, Word::For, Word::Of, Word::To, Word::On]);
    let numbered = |at: usize| {
        target::explicit(line, Stretch { from: about(at), ..stretch })
            .filter(|(target, _)| matches!(target, Target::Number(_) | Target::Numbers(_)))
    };
    let found = (start..stretch.to).find_map(|at| Some((numbered(at)?, at)));
    // "about 2 an hour before"
    let bare = line.any(start, &[Word::About, Word::For, Word::Of]);
    let bare = || bare.and_then(|of| Some((target::numbers(line, of)?, start)));
    let Some(((target, end), at)) = found.or_else(bare) else {
        return match last(reader, stretch, start)? {
            Some(found) => Ok(Some(found)),
            None => named(reader, stretch, start),
        };
    };
    // The time stands either before the task or behind it, never on both sides.
    let time = if at == start {
        Stretch { from: end, ..stretch }
    } else {
        Stretch { from: start, to: at }
    };
    if at > start && end != stretch.to {
        return Ok(None);
    }
    let Some(spec) = spec(reader, time)? else { return Ok(None) };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(at, end, SpanKind::Target);
    reader.mark(time.from, time.to, SpanKind::Reminder);
    let changes = Changes { add_reminders: vec![spec], ..Changes::default() };
    Ok(Some(Command::Update { target, changes }))
}

/// "remind me 2 hours before", and nothing else: the task of the line before.
fn last(reader: &mut Reader<'_, '_>, stretch: Stretch, start: usize) -> Asked {
    let line = reader.line;
    let early =
        amount(line, start).and_then(|(_, end)| line.any(end, &[Word::Early, Word::Before]));
    let due = line.word(start, Word::WhenDue);
    if early.or(due) != Some(stretch.to) {
        return Ok(None);
    }
    let Some(spec) = spec(reader, Stretch { from: start, ..stretch })? else { return Ok(None) };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, stretch.to, SpanKind::Reminder);
    let changes = Changes { add_reminders: vec![spec], ..Changes::default() };
    Ok(Some(Command::Update { target: Target::Last, changes }))
}

/// "remind me about the meeting an hour before": with no day of its own the meeting is there already.
fn named(reader: &mut Reader<'_, '_>, stretch: Stretch, start: usize) -> Asked {
    let line = reader.line;
    let Some(of) = line.any(start, &[Word::About, Word::Of]) else { return Ok(None) };
    let early = |at: &usize| {
        let end =
            amount(line, *at).and_then(|(_, end)| line.any(end, &[Word::Early, Word::Before]));
        end == Some(stretch.to)
    };
    let Some(at) = (of + 1..stretch.to).find(early) else { return Ok(None) };
    let title = target::titled(line, Stretch { from: of, to: at });
    let Some(target) =
        title.filter(|_| scan(line, of, at, reader.context).is_ok_and(|f| f.is_empty()))
    else {
        return Ok(None);
    };
    let Some(spec) = spec(reader, Stretch { from: at, ..stretch })? else { return Ok(None) };
    reader.mark(stretch.from, of, SpanKind::Intent);
    reader.mark(of, at, SpanKind::Target);
    reader.mark(at, stretch.to, SpanKind::Reminder);
    let changes = Changes { add_reminders: vec![spec], ..Changes::default() };
    Ok(Some(Command::Update { target, changes }))
}

/// "1 hour before", "when it is due", or a moment; a day alone reminds at 09:00.
fn spec(
    reader: &Reader<'_, '_>,
    time: Stretch,
) -> Result<Option<ReminderSpec>, crate::LanguageError> {
    let (line, context) = (reader.line, reader.context);
    let channel = context.channel;
    if time.from == time.to || line.word(time.from, Word::WhenDue) == Some(time.to) {
        return Ok(Some(ReminderSpec::Before { before_minutes: 0, channel }));
    }
    if let Some((length, end)) = amount(line, time.from)
        && let Some(end) = line.any(end, &[Word::Early, Word::Before])
        && end == time.to
    {
        return Ok(Some(ReminderSpec::Before { before_minutes: length.in_minutes(), channel }));
    }
    let Some((when, _)) = when(line, time.from, context)?.filter(|(_, end)| *end == time.to) else {
        return Ok(None);
    };
    let local = match when.due(context, &mut Vec::new()) {
        Some(Due::Local(local)) => Some(local),
        Some(Due::Date(day)) => day.and_hms_opt(9, 0, 0),
        Some(Due::At { .. }) | None => None,
    };
    Ok(local.map(|local| ReminderSpec::At { at: context.zone.resolve(local), channel }))
}
