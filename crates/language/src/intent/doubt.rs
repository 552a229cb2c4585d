//! Lines that are orders only when there is such a task: "complete the plants", "mark call Alice done",
//! "cancel the gym". Whoever knows the tasks decides.

use super::{Stretch, target};
use crate::{Command, Target, assemble::Reader, lexicon::Word};

pub(super) fn order(reader: &Reader<'_, '_>, stretch: Stretch) -> Option<Command> {
    let line = reader.line;
    let titled = |from: usize, to: usize| -> Option<Target> {
        if from < to { target::titled(line, Stretch { from, to }) } else { None }
    };
    if let Some(start) = line.word(stretch.from, Word::Finish) {
        return titled(start, stretch.to).map(Command::Complete);
    }
    if let Some(start) = line.word(stretch.from, Word::Mark) {
        let state = |word: Word| {
            (start + 1..stretch.to).find(|at| line.word(*at, word) == Some(stretch.to))
        };
        if let Some(end) = state(Word::NotDone) {
            return titled(start, end).map(Command::Reopen);
        }
        return state(Word::Done).and_then(|end| titled(start, end)).map(Command::Complete);
    }
    if let Some(start) = line.word(stretch.from, Word::BringBack) {
        return titled(start, stretch.to).map(Command::Reopen);
    }
    let start = line.word(stretch.from, Word::Remove)?;
    titled(start, stretch.to).map(Command::Delete)
}
