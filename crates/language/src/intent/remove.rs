//! "delete task 3", "delete all completed tasks", "skip the next gym".

use super::{Asked, Stretch, target};
use crate::{
    Command, SpanKind, Target,
    assemble::Reader,
    grammar::{Fact, scan},
    lexicon::Word,
};

pub(super) fn delete(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let sure = line.word(stretch.from, Word::Delete);
    let Some(start) = sure.or_else(|| line.word(stretch.from, Word::Remove)) else {
        return numbered_last(reader, stretch, Word::Delete, Command::Delete);
    };
    let rest = Stretch { from: start, ..stretch };
    let clear = target::explicit(line, rest)
        .or_else(|| target::numbers(line, start))
        .filter(|(_, end)| *end == stretch.to)
        .map(|(target, _)| target);
    let named = off_the_list(reader, rest);
    let target = match clear.or(named).or_else(|| target::all(reader, rest)) {
        Some(target) => target,
        // An order carries no date: "delete old photos tomorrow" is a task.
        None if sure.is_some() => {
            let facts = scan(line, start, stretch.to, reader.context)?;
            let dated = facts.iter().any(|f| matches!(f.fact, Fact::When(_) | Fact::Repeat(_)));
            match target::titled(line, rest).filter(|_| !dated && !takes_off(reader, rest)) {
                Some(target) => target,
                None => return Ok(None),
            }
        }
        None => return Ok(None),
    };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, stretch.to, SpanKind::Target);
    Ok(Some(Command::Delete(target)))
}

/// "call mom from my list": what is on the list can only be a task.
fn off_the_list(reader: &Reader<'_, '_>, rest: Stretch) -> Option<Target> {
    let line = reader.line;
    let list = (rest.from + 1..rest.to)
        .find(|at| line.word(*at, Word::OwnList).is_some_and(|end| end == rest.to))?;
    let named = Stretch { to: list, ..rest };
    let clear = target::explicit(line, named)
        .or_else(|| target::numbers(line, rest.from))
        .filter(|(_, end)| *end == list);
    clear.map(|(target, _)| target).or_else(|| target::titled(line, named))
}

/// "delete the due date of task 3" changes a task.
fn takes_off(reader: &Reader<'_, '_>, rest: Stretch) -> bool {
    let line = reader.line;
    let noun = line.skip(rest.from, &[Word::Article]);
    let field = [
        Word::DueNoun,
        Word::TagNoun,
        Word::PriorityNoun,
        Word::ProjectNoun,
        Word::NoteNoun,
        Word::RepeatNoun,
        Word::DurationNoun,
        Word::Reminder,
    ];
    line.any(noun, &field).is_some_and(|end| end < rest.to)
}

/// "skip task 3", "skip the next occurrence of gym"; "skip lunch" is a task.
pub(super) fn skip(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let Some(start) = line.word(stretch.from, Word::Skip) else {
        return numbered_last(reader, stretch, Word::Skip, Command::Skip);
    };
    let next = line.word(start, Word::OccurrenceOf);
    let rest = Stretch { from: next.unwrap_or(start), ..stretch };
    let target = target::explicit(line, rest)
        .or_else(|| target::numbers(line, rest.from))
        .filter(|(_, end)| *end == stretch.to)
        .map(|(target, _)| target)
        .or_else(|| next.and_then(|_| target::titled(line, rest)));
    Ok(target.map(|target| {
        reader.mark(stretch.from, rest.from, SpanKind::Intent);
        reader.mark(rest.from, stretch.to, SpanKind::Target);
        Command::Skip(target)
    }))
}

/// The order behind the number, as languages with the verb at the end have it.
fn numbered_last(
    reader: &mut Reader<'_, '_>,
    stretch: Stretch,
    order: Word,
    command: fn(Target) -> Command,
) -> Asked {
    let line = reader.line;
    let Some((target, end)) = target::explicit(line, stretch) else { return Ok(None) };
    let verb = line.skip(end, &[Word::Particle]);
    if !matches!(target, Target::Number(_) | Target::Numbers(_))
        || line.word(verb, order) != Some(stretch.to)
    {
        return Ok(None);
    }
    reader.mark(stretch.from, end, SpanKind::Target);
    reader.mark(verb, stretch.to, SpanKind::Intent);
    Ok(Some(command(target)))
}
