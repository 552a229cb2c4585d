//! How pressing: "p1", "!high", "low priority", "priority: 2", "… asap".

use todo_events::Priority;

use super::{Fact, Match};
use crate::{
    LanguageError,
    context::Frame,
    lexicon::{Sense, Word},
    line::{Kind, Line},
};

/// A priority as a fact.
pub(super) fn priority(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let found =
        marked(line, at).map(|(priority, to)| (priority, to, false)).or_else(|| alone(line, at));
    Ok(found.map(|(priority, to, weak)| Match {
        from: at,
        to,
        fact: Fact::Priority(priority),
        weak,
    }))
}

/// A priority that says it is one.
pub(crate) fn marked(line: &Line<'_>, at: usize) -> Option<(Priority, usize)> {
    if let Some((priority, end)) = line.priority(line.skip(at, &[Word::Filler, Word::One]))
        && let Some(end) = line.word(end, Word::PriorityNoun)
    {
        return Some((priority, end));
    }
    if let Some(end) = line.word(at, Word::PriorityNoun) {
        let end = line
            .mark(end, ':')
            .or_else(|| line.any(end, &[Word::Is, Word::To, Word::As]))
            .unwrap_or(end);
        return line.priority(end).or_else(|| level(line, end));
    }
    bang(line, at).or_else(|| {
        let letter = line.slice(at, at + 1).eq_ignore_ascii_case("p") && line.glued(at + 1);
        if letter { level(line, at + 1) } else { None }
    })
}

fn level(line: &Line<'_>, at: usize) -> Option<(Priority, usize)> {
    let (level, end) = line.digits(at)?;
    Some((of_level(level)?, end))
}

fn of_level(level: u32) -> Option<Priority> {
    Some(match level {
        1 => Priority::Urgent,
        2 => Priority::High,
        3 => Priority::Medium,
        4 => Priority::Low,
        _ => return None,
    })
}

/// `!high`, `!1`, and `!!`, `!!!` on their own.
fn bang(line: &Line<'_>, at: usize) -> Option<(Priority, usize)> {
    let end = line.mark(at, '!').filter(|_| !line.glued(at))?;
    if line.glued(end)
        && let Some(found) = line.priority(end).or_else(|| level(line, end))
    {
        return Some(found);
    }
    let more = (end..line.len())
        .take_while(|i| line.glued(*i) && line.token(*i).is_some_and(|t| t.kind == Kind::Mark('!')))
        .count();
    match more {
        1 => Some((Priority::High, end + 1)),
        2 => Some((Priority::Urgent, end + 2)),
        _ => None,
    }
}

/// "urgent:" before the title, "… asap" behind it; anywhere else it is a word of the title.
fn alone(line: &Line<'_>, at: usize) -> Option<(Priority, usize, bool)> {
    let (priority, end) = line.find(at, |sense| match sense {
        Sense::LonePriority(priority) => Some(priority),
        _ => None,
    })?;
    match line.mark(end, ':') {
        Some(colon) => Some((priority, colon, false)),
        None => Some((priority, end, true)),
    }
}
