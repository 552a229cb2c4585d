//! Lines that are one phrase: help, undo, yes, no, thanks, and a number chosen from a list.

use super::{Asked, Stretch};
use crate::{Command, SmallTalk, SpanKind, assemble::Reader, lexicon::Word};

pub(super) fn talk(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let whole = |word| {
        let line = reader.line;
        line.word(stretch.from, word).is_some_and(|end| end >= stretch.to || line.is_end(end))
    };
    let command = [
        (Word::Undo, Command::Undo),
        (Word::Help, Command::Help),
        (Word::Yes, Command::Confirm),
        (Word::No, Command::Decline),
        (Word::Thanks, Command::SmallTalk(SmallTalk::Thanks)),
        (Word::Hello, Command::SmallTalk(SmallTalk::Hello)),
        (Word::Bye, Command::SmallTalk(SmallTalk::Bye)),
    ]
    .into_iter()
    .find_map(|(word, command)| whole(word).then_some(command));
    if command.is_some() {
        reader.mark(stretch.from, stretch.to, SpanKind::Intent);
    }
    Ok(command)
}

/// "2", "#2", "the second one".
pub(super) fn pick(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let start = line.skip(stretch.from, &[Word::Article]);
    let start = line.mark(start, '#').unwrap_or(start);
    let chosen = line.digits(start).or_else(|| {
        let (nth, end) = line.ordinal(start, true)?;
        Some((u32::try_from(nth).ok()?, line.skip(end, &[Word::TaskNoun])))
    });
    Ok(chosen.filter(|(number, end)| *end == stretch.to && *number > 0).map(|(number, end)| {
        reader.mark(stretch.from, end, SpanKind::Target);
        Command::Pick(number)
    }))
}
