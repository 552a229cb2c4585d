//! What a task no longer has: "remove the due date from task 3", "clear its reminders", "stop repeating 5".

use super::{Asked, Stretch, target};
use crate::{
    Changes, Command, DueChange, Edit, SpanKind, Target, assemble::Reader, lexicon::Word,
    line::Line,
};

/// Every order that takes something off a task.
pub(super) fn clear(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    if let Some((target, end)) = once(line, stretch) {
        reader.mark(stretch.from, end, SpanKind::Intent);
        let changes = Changes { recurrence: Some(Edit::Clear), ..Changes::default() };
        return Ok(Some(Command::Update { target, changes }));
    }
    let Some(start) = line.any(stretch.from, &[Word::Remove, Word::Delete]) else {
        return Ok(None);
    };
    let its = line.word(start, Word::Its);
    let noun = its.unwrap_or_else(|| line.skip(start, &[Word::Article]));
    let Some((end, changes)) = field(line, noun) else { return Ok(None) };
    if its.is_some() && end == stretch.to {
        reader.mark(stretch.from, start, SpanKind::Intent);
        reader.mark(start, end, SpanKind::Target);
        return Ok(Some(Command::Update { target: Target::Last, changes }));
    }
    let of = line
        .skip(end, &[Word::From, Word::Starting, Word::Of, Word::For, Word::On, Word::ProjectOf]);
    let rest = Stretch { from: of, ..stretch };
    let clear = target::explicit(line, rest).or_else(|| target::numbers(line, of));
    let Some((target, _)) = clear.filter(|(_, at)| *at == stretch.to && of > end) else {
        return Ok(None);
    };
    reader.mark(stretch.from, end, SpanKind::Intent);
    reader.mark(of, stretch.to, SpanKind::Target);
    Ok(Some(Command::Update { target, changes }))
}

/// The field named here, and the changes that empty it.
fn field(line: &Line<'_>, at: usize) -> Option<(usize, Changes)> {
    let none = Changes::default();
    let fields = [
        (Word::DueNoun, Changes { due: Some(DueChange::Clear), ..none.clone() }),
        (
            Word::PriorityNoun,
            Changes { priority: Some(todo_events::Priority::None), ..none.clone() },
        ),
        (Word::ProjectNoun, Changes { project: Some(Edit::Clear), ..none.clone() }),
        (Word::NoteNoun, Changes { description: Some(Edit::Clear), ..none.clone() }),
        (Word::RepeatNoun, Changes { recurrence: Some(Edit::Clear), ..none.clone() }),
        (Word::DurationNoun, Changes { duration_minutes: Some(Edit::Clear), ..none.clone() }),
        (Word::Reminder, Changes { clear_reminders: true, ..none }),
    ];
    fields.into_iter().find_map(|(word, changes)| Some((line.word(at, word)?, changes)))
}

/// "stop repeating 5", "stop 3 repeating", "make 3 not repeat": the task, and the token behind the
/// order's first words.
fn once(line: &Line<'_>, stretch: Stretch) -> Option<(Target, usize)> {
    let clear = |from: usize, to: usize| {
        let rest = Stretch { from, to };
        target::explicit(line, rest)
            .or_else(|| target::numbers(line, from))
            .filter(|(_, end)| *end == to)
            .map(|(target, _)| target)
    };
    if let Some(start) = line.word(stretch.from, Word::StopRepeat) {
        if start >= stretch.to {
            return Some((Target::Last, start));
        }
        return clear(start, stretch.to).map(|target| (target, start));
    }
    let state_at = |state: Word| {
        (stretch.from + 2..stretch.to).find(|at| line.word(*at, state) == Some(stretch.to))
    };
    if let Some(start) = line.word(stretch.from, Word::Stop) {
        let at = state_at(Word::RepeatNoun)?;
        return clear(start, at).map(|target| (target, start));
    }
    let start = line.word(stretch.from, Word::Change)?;
    let at = state_at(Word::NotRepeat)?;
    clear(start, at).map(|target| (target, start))
}
