//! "who changed task 12 yesterday?", "history of task 3", "what changed today".

use super::{Asked, Stretch, range::range, target};
use crate::{Command, SpanKind, assemble::Reader, lexicon::Word};

pub(super) fn history(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let verb = line.skip(stretch.from, &[Word::Show]);
    let who = line
        .word(stretch.from, Word::Who)
        .and_then(|end| line.any(end, &[Word::Changed, Word::Complete, Word::Delete]));
    let article = line.skip(verb, &[Word::Article]);
    let Some(start) = who.or_else(|| line.word(article, Word::History)) else { return Ok(None) };
    let rest = Stretch { from: start, ..stretch };
    let clear = target::explicit(line, rest).or_else(|| target::numbers(line, start));
    let (target, end) = clear.map_or((None, start), |(target, end)| (Some(target), end));
    let end = line.skip_all(end, &[Word::Changed, Word::Done]);
    let range_at = line.skip_all(end, &[Word::Filler, Word::From, Word::Starting]);
    let days = range(line, range_at, reader.context)?.filter(|(_, to)| *to == stretch.to);
    if days.is_none() && end < stretch.to {
        // Words that are neither a task nor a time: a title, unless the line is no question.
        if target.is_some()
            || who.is_none()
                && !line.is(stretch.from, Word::Show)
                && !line.is(stretch.from, Word::History)
        {
            return Ok(None);
        }
        let Some(target) = target::titled(line, Stretch { from: end, ..stretch }) else {
            return Ok(None);
        };
        reader.mark(stretch.from, start, SpanKind::Intent);
        reader.mark(end, stretch.to, SpanKind::Target);
        return Ok(Some(Command::History { target: Some(target), range: None }));
    }
    reader.mark(stretch.from, start, SpanKind::Intent);
    if target.is_some() {
        reader.mark(start, end, SpanKind::Target);
    }
    if days.is_some() {
        reader.mark(range_at, stretch.to, SpanKind::Filter);
    }
    Ok(Some(Command::History { target, range: days.map(|(range, _)| range) }))
}
