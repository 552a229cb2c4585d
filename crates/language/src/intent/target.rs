//! Which task is meant.

use super::{
    Stretch,
    query::{self, Asking},
};
use crate::{
    Query, Target,
    assemble::{Reader, join, trimmed},
    lexicon::{Sense, StateWord, Word},
    line::{Kind, Line, content},
};

/// A task named so clearly that nothing else can be meant: by number, by "it", in quotation marks
/// behind "task", or with "task" behind its title. Answers the token behind it.
pub(super) fn explicit(line: &Line<'_>, stretch: Stretch) -> Option<(Target, usize)> {
    let Stretch { from, to } = stretch;
    let within = |found: &(Target, usize)| found.1 <= to;
    if let Some(end) = line.word(from, Word::It) {
        return Some((Target::Last, end)).filter(within);
    }
    let start = line.skip(from, &[Word::Article]);
    if let Some(noun) = line.any(start, &[Word::TaskNoun, Word::TasksNoun]) {
        if let Some(found) = numbers(line, noun) {
            return Some(found).filter(within);
        }
        let name = line.word(noun, Word::About).unwrap_or(noun);
        if line.token(name).is_some_and(|t| t.kind == Kind::Quoted) {
            let title = content(line.slice(name, name + 1)).to_owned();
            return Some((Target::Title(title), name + 1)).filter(within);
        }
    }
    if line.mark(start, '#').is_some() {
        return numbers(line, start).filter(within);
    }
    if line.token(start).is_some_and(|t| t.kind == Kind::Quoted) {
        let end = line.skip(start + 1, &[Word::TaskNoun]);
        return Some((Target::Title(content(line.slice(start, start + 1)).to_owned()), end));
    }
    named(line, start, to)
}

/// "task 3".
pub(super) fn task_number(line: &Line<'_>, at: usize) -> Option<Target> {
    let noun = line.any(at, &[Word::TaskNoun, Word::TasksNoun])?;
    numbers(line, noun).map(|(target, _)| target)
}

/// "invoice task": up to four words before the noun.
fn named(line: &Line<'_>, start: usize, to: usize) -> Option<(Target, usize)> {
    let noun = (start + 1..to.min(start + 7)).find(|i| line.is(*i, Word::TaskNoun))?;
    let words = line.slice(start, noun);
    let plain = (start..noun).all(|i| {
        !matches!(line.token(i).map(|t| t.kind), Some(Kind::Mark(',' | ':' | ';')))
            && line.any(i, &[Word::To, Word::Until]).is_none()
    });
    let end = line.word(noun, Word::TaskNoun)?;
    (plain && end <= to && line.any(start, &[Word::One]).is_none())
        .then(|| (Target::Title(words.to_owned()), end))
}

/// "3", "#3", "1, 2 and 5", "3-6".
pub(super) fn numbers(line: &Line<'_>, at: usize) -> Option<(Target, usize)> {
    let one = |at: usize| {
        let at = line.mark(at, '#').unwrap_or(at);
        line.digits(at).filter(|(n, end)| {
            *n > 0
                && *n < u32::MAX
                && (!line.glued(*end)
                    || [',', '-', ':', '\'', '’']
                        .iter()
                        .any(|mark| line.mark(*end, *mark).is_some())
                    || line.is_end(*end))
        })
    };
    let (first, mut end) = one(at)?;
    let mut list = vec![first];
    if let Some(next) = line.mark(end, '-').or_else(|| line.mark(end, '–'))
        && let Some((last, end)) = one(next).filter(|(last, _)| *last > first && last - first < 100)
    {
        return Some((Target::Numbers((first..=last).collect()), end));
    }
    loop {
        let next = line.mark(end, ',').unwrap_or(end);
        let next = line.skip_all(next, &[Word::And, Word::TaskNoun]);
        match one(next) {
            Some((more, after)) if next > end => {
                if !list.contains(&more) {
                    list.push(more);
                }
                end = after;
            }
            _ => break,
        }
    }
    let target = if list.len() == 1 { Target::Number(first) } else { Target::Numbers(list) };
    Some((target, possessive(line, end)))
}

/// "task 5's": the ending belongs to the number.
fn possessive(line: &Line<'_>, at: usize) -> usize {
    let mark = line.mark(at, '\'').or_else(|| line.mark(at, '’')).filter(|_| line.glued(at));
    match mark {
        Some(s) if line.glued(s) && line.slice(s, s + 1).eq_ignore_ascii_case("s") => s + 1,
        _ => at,
    }
}

/// Whatever stands there, as a title; articles and "task" around it are no part of it.
pub(super) fn titled(line: &Line<'_>, stretch: Stretch) -> Option<Target> {
    let from = line.skip(stretch.from, &[Word::Article]);
    let mut to = stretch.to;
    if to > from + 1 && line.word(to - 1, Word::TaskNoun) == Some(to) {
        to -= 1;
    }
    let title = join(line, &[trimmed(line, from, to, true, true)]);
    (!title.is_empty()).then_some(Target::Title(title))
}

/// Like [`all`], but only with a word for all: "complete all overdue tasks".
pub(super) fn every(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Option<Target> {
    let line = reader.line;
    let first = line.find(stretch.from, |s| (s == Sense::State(StateWord::All)).then_some(()));
    first.and_then(|_| all(reader, stretch))
}

/// "all completed tasks", "everything tagged work": only with a word for all or for tasks.
pub(super) fn all(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Option<Target> {
    let line = reader.line;
    let all = (stretch.from..stretch.to)
        .find(|i| line.find(*i, |s| (s == Sense::State(StateWord::All)).then_some(())).is_some());
    let tasks = (stretch.from..stretch.to).any(|i| line.is(i, Word::TasksNoun));
    if !(all == Some(stretch.from) || tasks) || numbers_inside(line, stretch) {
        return None;
    }
    let query = query::query(reader, stretch, Asking::default()).ok()??;
    let narrowed = query != Query { status: query.status, ..Query::default() };
    let status = if narrowed || query.status.is_some() { query.status } else { None };
    Some(Target::All(Box::new(Query { status, ..query })))
}

fn numbers_inside(line: &Line<'_>, stretch: Stretch) -> bool {
    (stretch.from..stretch.to).any(|i| {
        line.any(i, &[Word::TaskNoun, Word::TasksNoun]).is_some_and(|e| numbers(line, e).is_some())
    })
}
