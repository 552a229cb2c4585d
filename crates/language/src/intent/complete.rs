//! "complete task 3", "mark the invoice task as done", "I finished the report", "task 3 is done".

use super::{Asked, Stretch, target};
use crate::{Command, SpanKind, Target, assemble::Reader, lexicon::Word};

pub(super) fn complete(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let found = ordered(reader, stretch, Word::Complete, Word::Done)
        .or_else(|| marked(reader, stretch, Word::Done))
        .or_else(|| finished(reader, stretch));
    Ok(found.map(|(target, intent)| {
        reader.mark(intent.from, intent.to, SpanKind::Intent);
        Command::Complete(target)
    }))
}

pub(super) fn reopen(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let found = ordered(reader, stretch, Word::Reopen, Word::NotDone)
        .or_else(|| marked(reader, stretch, Word::NotDone))
        .or_else(|| ordered(reader, stretch, Word::BringBack, Word::NotDone))
        .or_else(|| {
            let line = reader.line;
            let start = line.word(stretch.from, Word::Reopen)?;
            let intent = Stretch { from: stretch.from, to: start };
            target::titled(line, Stretch { from: start, ..stretch }).map(|t| (t, intent))
        });
    Ok(found.map(|(target, intent)| {
        reader.mark(intent.from, intent.to, SpanKind::Intent);
        Command::Reopen(target)
    }))
}

/// The target and the words of the order.
type Found = Option<(Target, Stretch)>;

/// An order with a clear target and nothing behind it: "complete task 3", "finish 3". Without one
/// "finish the report" is a task.
fn ordered(reader: &mut Reader<'_, '_>, stretch: Stretch, order: Word, state: Word) -> Found {
    let line = reader.line;
    let start = line.word(stretch.from, order)?;
    let rest = Stretch { from: start, ..stretch };
    let intent = Stretch { from: stretch.from, to: start };
    let found = target::explicit(line, rest)
        .or_else(|| target::numbers(line, line.skip(start, &[Word::Article])))
        .filter(|(_, end)| line.skip(*end, &[state]) == stretch.to);
    match found {
        Some((target, _)) => Some((target, intent)),
        None => target::every(reader, rest).map(|target| (target, intent)),
    }
}

/// "mark … as done", "task 3 is done", "set 3 to completed": a state at the end.
fn marked(reader: &mut Reader<'_, '_>, stretch: Stretch, state: Word) -> Found {
    let line = reader.line;
    let state_at =
        (stretch.from + 1..stretch.to).find(|i| line.word(*i, state) == Some(stretch.to))?;
    let mark = line.word(stretch.from, Word::Mark);
    let start = mark.unwrap_or(stretch.from);
    // "as" and "is" may stand before the state; the vocabulary also has "as done" in one.
    let tie = (start..state_at)
        .rev()
        .take(2)
        .find(|i| line.any(*i, &[Word::As, Word::Is]).is_some_and(|end| end == state_at));
    let end = tie.unwrap_or(state_at);
    let rest = Stretch { from: start, to: end };
    let explicit = target::explicit(line, rest)
        .or_else(|| target::numbers(line, start))
        .filter(|(_, at)| *at == end)
        .map(|(target, _)| target)
        .or_else(|| mark.and_then(|_| target::every(reader, rest)));
    let said = tie.is_some() || line.slice(state_at, stretch.to).contains(' ');
    let target = match (explicit, mark) {
        (Some(target), _) => target,
        (None, Some(_)) if said => target::titled(line, rest)?,
        // "the report is done"
        (None, None)
            if tie.is_some_and(|at| line.is(at, Word::Is))
                && !line.is(start, Word::Question)
                && !line.is(start, Word::What) =>
        {
            target::titled(line, rest)?
        }
        (None, _) => return None,
    };
    let intent = if mark.is_some() {
        Stretch { from: stretch.from, to: start }
    } else {
        Stretch { from: end, to: stretch.to }
    };
    Some((target, intent))
}

/// "I finished the report", "done with groceries".
fn finished(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Found {
    let line = reader.line;
    let start = line.word(stretch.from, Word::IFinished)?;
    let rest = Stretch { from: start, ..stretch };
    if (start..stretch.to).any(|at| line.is(at, Word::TasksNoun)) {
        return None;
    }
    let target = target::explicit(line, rest)
        .or_else(|| target::numbers(line, start))
        .filter(|(_, end)| *end == stretch.to)
        .map(|(target, _)| target)
        .or_else(|| target::titled(line, rest))?;
    Some((target, Stretch { from: stretch.from, to: start }))
}
