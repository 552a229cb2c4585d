//! Lines that are orders only when there is such a task: "complete the plants", "mark call Alice done",
//! "cancel the gym". Whoever knows the tasks decides.

use super::{Stretch, target};
use crate::{Changes, Command, Edit, Target, assemble::Reader, lexicon::Word};

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
    if let Some(start) = line.word(stretch.from, Word::StopRepeat) {
        let changes = Changes { recurrence: Some(Edit::Clear), ..Changes::default() };
        return titled(start, stretch.to).map(|target| Command::Update { target, changes });
    }
    let start = line.word(stretch.from, Word::Remove)?;
    titled(start, stretch.to).map(Command::Delete)
}

/// Words that ask for something to be done with a task.
const ORDERS: [Word; 19] = [
    Word::Add,
    Word::Create,
    Word::Complete,
    Word::Finish,
    Word::Mark,
    Word::Reopen,
    Word::BringBack,
    Word::Delete,
    Word::Remove,
    Word::Change,
    Word::Rename,
    Word::Move,
    Word::Snooze,
    Word::Skip,
    Word::Stop,
    Word::StopRepeat,
    Word::Search,
    Word::TagNoun,
    Word::Undo,
];
/// What stands around a task in an order, and names none.
const EMPTY: [Word; 7] = [
    Word::One,
    Word::Article,
    Word::Add,
    Word::TaskNoun,
    Word::TasksNoun,
    Word::Done,
    Word::NotDone,
];

/// What an order lacks that has nothing behind it but, at most, a number: "delete", "rename 2". As the
/// title of a task it would be clutter.
pub(super) fn missing(reader: &Reader<'_, '_>, stretch: Stretch) -> Option<&'static str> {
    let line = reader.line;
    let start = line.any(stretch.from, &ORDERS)?;
    if line.skip_all(start, &EMPTY) >= stretch.to {
        return Some("the task is missing");
    }
    let adds = line.any(stretch.from, &[Word::Add, Word::Create]) == Some(start);
    let (target, end) = target::explicit(line, Stretch { from: start, ..stretch })
        .or_else(|| target::numbers(line, start))?;
    let named = matches!(target, Target::Number(_) | Target::Numbers(_));
    (named && end == stretch.to && !adds).then_some("what to do with that task is missing")
}
