//! "show me all my tasks", "what is due this week", "how many are overdue?", "search for invoice".

use super::{
    Asked, Stretch,
    query::{self, Asking},
    target,
};
use crate::{
    Command, Query, SpanKind, Target,
    assemble::{Reader, join},
    lexicon::{Sense, Word},
    line::Line,
};

/// A list of tasks: a question or an order about tasks, or nothing but the words of a query.
pub(super) fn list(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let lead = line.any(stretch.from, &[Word::HowMany, Word::HaveI, Word::What, Word::Show]);
    let lead = lead.map(|end| line.skip_all(end, &[Word::What, Word::HowMany]));
    let mut start = lead.unwrap_or(stretch.from);
    let done = [Word::Complete, Word::Done, Word::Changed, Word::IFinished];
    let finished = line.is(stretch.from, Word::HaveI).then(|| line.any(start, &done)).flatten();
    start = finished.unwrap_or(start);
    let rest = Stretch { from: start, ..stretch };
    // "list", "show today", "list #home": an order to show, and nothing but what a query has.
    let shows = line.is(stretch.from, Word::Show) && !targeted(line, rest);
    let about = is_about_tasks(line, rest, lead.is_some());
    if finished.is_none() && !about && !shows {
        return Ok(None);
    }
    let count_only = line.is(stretch.from, Word::HowMany);
    reader.mark(stretch.from, start, SpanKind::Intent);
    let found =
        query::query(reader, rest, Asking { led: lead.is_some(), completed: finished.is_some() })?;
    let found = found.filter(|query| about || finished.is_some() || query.text.is_none());
    Ok(found.map(|query| Command::List(Query { count_only, ..query })))
}

/// Whether one task is named by its number: that is shown, not listed.
fn targeted(line: &Line<'_>, stretch: Stretch) -> bool {
    target::explicit(line, stretch)
        .or_else(|| target::numbers(line, stretch.from))
        .is_some_and(|(_, end)| end == stretch.to)
}

/// Some word must be one that only lists have; without an order the line must start with it.
fn is_about_tasks(line: &Line<'_>, stretch: Stretch, led: bool) -> bool {
    let tasks = |at: usize| line.is(at, Word::TasksNoun);
    let state = |at: usize| line.find(at, |s| matches!(s, Sense::State(_)).then_some(())).is_some();
    let numbered = target::explicit(line, stretch).is_some_and(|(_, end)| end == stretch.to)
        && (stretch.from..stretch.to).any(|at| line.digits(at).is_some());
    if numbered {
        return false;
    }
    if stretch.from >= stretch.to {
        return false;
    }
    let any = |test: &dyn Fn(usize) -> bool| (stretch.from..stretch.to).any(test);
    if led {
        return any(&tasks)
            || any(&state)
            || any(&|at| line.any(at, &[Word::Due, Word::DoIHave]).is_some());
    }
    let whole_state = line
        .find(stretch.from, |s| matches!(s, Sense::State(_)).then_some(()))
        .is_some_and(|(_, end)| end == stretch.to);
    let next = line.word(stretch.from, Word::DoIHave) == Some(stretch.to);
    whole_state || next || any(&tasks)
}

/// "search for invoice", "find invoice"; "find a plumber" is a task.
pub(super) fn search(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let Some(start) = line.word(stretch.from, Word::Search) else { return Ok(None) };
    let short = stretch.to.saturating_sub(start) <= 3;
    let sure = line.slice(stretch.from, start).split_whitespace().count() > 1;
    if line.is(start, Word::One) || !(short || sure) {
        return Ok(None);
    }
    if (start..stretch.to).any(|at| line.is(at, Word::TasksNoun)) {
        reader.mark(stretch.from, start, SpanKind::Intent);
        return Ok(query::query(
            reader,
            Stretch { from: start, ..stretch },
            Asking { led: true, completed: false },
        )?
        .map(Command::List));
    }
    let text = join(line, &[(start, stretch.to)]);
    if text.is_empty() {
        return Ok(None);
    }
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, stretch.to, SpanKind::Filter);
    Ok(Some(Command::List(Query { text: Some(text), ..Query::default() })))
}

/// "is task 3 done?", "when is task 3 due?": the task answers.
pub(super) fn asked(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    if line.any(stretch.from, &[Word::Question, Word::What, Word::Is]).is_none() {
        return Ok(None);
    }
    let found =
        (stretch.from..stretch.to).filter(|at| line.is(*at, Word::TaskNoun)).find_map(|at| {
            let (target, end) = target::explicit(line, Stretch { from: at, ..stretch })?;
            matches!(target, Target::Number(_)).then_some((target, at, end))
        });
    Ok(found.map(|(target, from, to)| {
        reader.mark(stretch.from, from, SpanKind::Intent);
        reader.mark(from, to, SpanKind::Target);
        Command::Show(target)
    }))
}

/// "show task 3", "details of the invoice task".
pub(super) fn show(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let verb = line.skip(stretch.from, &[Word::Show]);
    let detail = line.skip(line.skip(verb, &[Word::Article]), &[Word::Details]);
    let start = if detail > verb + 1 || line.is(verb, Word::Details) { detail } else { verb };
    let rest = Stretch { from: start, ..stretch };
    let number = || target::numbers(line, start).filter(|_| verb > stretch.from);
    let found = target::explicit(line, rest).or_else(number).filter(|(_, end)| *end == stretch.to);
    let by_number = start == stretch.from;
    Ok(found.filter(|_| !by_number || line.is(start, Word::TaskNoun)).map(|(target, _)| {
        reader.mark(stretch.from, start, SpanKind::Intent);
        reader.mark(start, stretch.to, SpanKind::Target);
        Command::Show(target)
    }))
}
