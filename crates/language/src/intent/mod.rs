//! What the line wants. Each reader below either takes the whole line or leaves it alone; the first
//! that takes it wins, and what nobody takes is a new task, unless it is a question.

mod add;
mod change;
mod clear;
mod complete;
mod doubt;
mod history;
mod list;
mod query;
mod range;
mod remind;
mod remove;
mod shift;
mod small;
mod target;

use crate::{Command, LanguageError, assemble::Reader, lexicon::Word};

/// The tokens of the line that matter: without "please" around them and marks behind them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// First token.
    pub(crate) from: usize,
    /// One past the last token.
    pub(crate) to: usize,
}

type Asked = Result<Option<Command>, LanguageError>;
type Ask = fn(&mut Reader<'_, '_>, Stretch) -> Asked;

/// In order: earlier readers need clearer words.
const READERS: [Ask; 16] = [
    small::talk,
    small::pick,
    history::history,
    complete::complete,
    complete::reopen,
    list::search,
    list::list,
    remind::remind,
    clear::clear,
    remove::delete,
    remove::skip,
    change::labels,
    shift::snooze,
    shift::reschedule,
    change::change,
    list::show,
];

/// The order that a line read as a new task is, should there be a task of that name.
pub(crate) fn order(reader: &Reader<'_, '_>) -> Option<Command> {
    doubt::order(reader, stretch(reader))
}

/// Reads the whole line.
pub(crate) fn command(reader: &mut Reader<'_, '_>) -> Result<Command, LanguageError> {
    let stretch = stretch(reader);
    if stretch.from >= stretch.to {
        return match small::talk(reader, Stretch { from: 0, to: reader.line.len() })? {
            Some(command) => Ok(command),
            None => Err(LanguageError::Empty),
        };
    }
    for ask in READERS {
        if let Some(command) = ask(reader, stretch)? {
            return Ok(command);
        }
        reader.spans.clear();
        reader.notes.clear();
    }
    if is_question(reader, stretch) {
        return Ok(list::asked(reader, stretch)?.unwrap_or(Command::Unknown));
    }
    if let Some(missing) = doubt::missing(reader, stretch) {
        let words = reader.line.text().trim().to_owned();
        return Err(LanguageError::Incomplete { words, missing: missing.to_owned() });
    }
    add::add(reader, stretch)
}

fn stretch(reader: &Reader<'_, '_>) -> Stretch {
    use crate::line::Kind;
    let line = reader.line;
    let mut to = line.len();
    while to > 0
        && matches!(
            line.token(to - 1).map(|t| t.kind),
            Some(Kind::Mark('?' | '!' | '.' | '؟' | '۔'))
        )
    {
        to -= 1;
    }
    if to > 1 && line.word(to - 1, Word::Please) == Some(to) {
        to -= 1;
        to -= usize::from(line.mark(to - 1, ',').is_some());
    }
    // "Hi, …", "Hi! Could you please …"
    let greeted = line
        .word(0, Word::Hello)
        .and_then(|end| line.mark(end, ',').or_else(|| line.mark(end, '!')));
    let from = line.skip_all(greeted.filter(|end| *end < to).unwrap_or(0), &[Word::Please]);
    let from = line.mark(from, ',').unwrap_or(from);
    Stretch { from, to }
}

/// A question mark at the end behind a question word at the start.
fn is_question(reader: &Reader<'_, '_>, stretch: Stretch) -> bool {
    let line = reader.line;
    let asked = (stretch.to..line.len()).any(|i| line.mark(i, '?').or(line.mark(i, '؟')).is_some());
    asked
        && line
            .any(stretch.from, &[Word::Question, Word::What, Word::Who, Word::HowMany, Word::HaveI])
            .is_some()
}
