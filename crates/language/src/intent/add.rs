//! A new task: with an order before it ("add a task to …") or as it is.

use super::Stretch;
use crate::{
    Command, LanguageError, NewTask, Note, SpanKind,
    assemble::Reader,
    grammar::{Fact, project_name, scan},
    lexicon::Word,
    line::{Kind, Line},
};

/// Reads the rest as a task, or as several with a list to put them in.
pub(super) fn add(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Result<Command, LanguageError> {
    let line = reader.line;
    let whole = Stretch { to: line.len(), ..stretch };
    let (start, many) = order(line, whole);
    reader.mark(stretch.from, start, SpanKind::Intent);
    if start > stretch.from
        && let Some(tasks) = several(reader, Stretch { from: start, ..whole }, many)?
    {
        return Ok(Command::AddMany(tasks));
    }
    let doubtful = [Word::Remove, Word::Reopen, Word::Skip, Word::Snooze, Word::Move, Word::Search];
    if start == stretch.from && line.any(start, &doubtful).is_some() {
        reader.note(Note::ReadAsTask);
    }
    let mut task = reader.task(start, whole.to)?;
    // A mark that ends the sentence is no part of the title, unless the title is a question.
    // "can you remind me to …?" asks, its title does not.
    let asked = stretch.from > 0 && stretch.to < line.len();
    let ends = |c: char| matches!(c, '.' | '!') || asked && c == '?';
    let bare = task.title.trim_end_matches(ends).trim_end();
    if !bare.is_empty() && !task.title.ends_with("..") {
        task.title.truncate(bare.len());
    }
    Ok(Command::Add(task))
}

/// The token behind the order, and whether it announces several tasks.
fn order(line: &Line<'_>, stretch: Stretch) -> (usize, bool) {
    // "1) buy milk" is a line of somebody's list.
    let numbered = line.digits(stretch.from).and_then(|(_, end)| line.mark(end, ')'));
    let from = numbered.filter(|end| *end < stretch.to).unwrap_or(stretch.from);
    if let Some(end) = line.word(from, Word::NeedTo).filter(|end| *end < stretch.to) {
        return (end, false);
    }
    let colon = |at: usize| line.mark(at, ':').unwrap_or(at);
    if let Some(verb) = line.any(from, &[Word::Add, Word::Create]) {
        if let Some(end) = line.mark(verb, ':').filter(|end| *end < stretch.to) {
            return (end, false);
        }
        let noun = line.skip_all(verb, &[Word::One, Word::Article, Word::Add, Word::Create]);
        if let Some(end) = line.word(noun, Word::TasksNoun) {
            return (line.skip(colon(end), &[Word::To]), true);
        }
        if let Some(end) = line.word(noun, Word::TaskNoun).filter(|end| *end < stretch.to) {
            let tie = line.any(end, &[Word::To, Word::About, Word::For]).unwrap_or(end);
            return (colon(tie), false);
        }
    }
    if let Some(verb) = line.word(from, Word::Add)
        && verb < stretch.to
        && !line.token(verb).is_some_and(|t| t.kind == Kind::Label)
    {
        return (colon(verb), false);
    }
    // "new task: …", "task: …", "task "…""
    let noun = line.word(from, Word::TaskNoun).or_else(|| line.word(from, Word::NoteNoun));
    let quoted = |at: usize| line.token(at).is_some_and(|t| t.kind == Kind::Quoted);
    if let Some(end) = noun.filter(|end| quoted(*end)) {
        return (end, false);
    }
    match noun.and_then(|end| line.mark(end, ':')).filter(|end| *end < stretch.to) {
        Some(end) => (end, false),
        None => (from, false),
    }
}

/// "milk, eggs and bread to my shopping list": a list of names and where they go.
fn several(
    reader: &mut Reader<'_, '_>,
    stretch: Stretch,
    announced: bool,
) -> Result<Option<Vec<NewTask>>, LanguageError> {
    let line = reader.line;
    let listed = (stretch.from..stretch.to).any(|i| project_name(line, i).is_some());
    if !(listed || announced) {
        return Ok(None);
    }
    let facts = scan(line, stretch.from, stretch.to, reader.context)?;
    // What is said once holds for all, so only facts behind the last name may be there.
    let to = facts.first().map_or(stretch.to, |fact| fact.from);
    let trailing = facts.windows(2).all(|pair| pair[0].to == pair[1].from)
        && facts.last().is_none_or(|fact| fact.to == stretch.to || line.is_end(fact.to));
    let parts = parts(line, stretch.from, to);
    if parts.len() < 2 || !trailing || facts.iter().any(|f| matches!(f.fact, Fact::Description(_)))
    {
        return Ok(None);
    }
    let shared = reader.details(to, stretch.to)?;
    let shared = NewTask::from(shared);
    let tasks = parts.into_iter().map(|(from, to)| NewTask {
        title: crate::assemble::join(line, &[(from, to)]),
        ..shared.clone()
    });
    Ok(Some(tasks.filter(|task| !task.title.is_empty()).collect()))
}

/// Splits at commas, semicolons and the last "and" behind a comma or between two names.
fn parts(line: &Line<'_>, from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = from;
    let mut at = from;
    while at < to {
        let comma = line.mark(at, ',').or_else(|| line.mark(at, ';'));
        let and = line.word(at, Word::And).filter(|_| at > from);
        if let Some(next) = comma.or(and) {
            if start < at {
                parts.push((start, at));
            }
            start = next;
            at = next;
        } else {
            at += 1;
        }
    }
    if start < to {
        parts.push((start, to));
    }
    parts
}
