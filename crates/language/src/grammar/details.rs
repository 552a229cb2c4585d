//! Labels, lists, lengths and descriptions.

use chrono::Duration;

use super::{Fact, Match, amount};
use crate::{
    LanguageError,
    context::Frame,
    lexicon::Word,
    line::{Kind, Line, content},
};

/// "for 90 minutes": a length shorter than a day.
pub(super) fn duration(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let found = line
        .word(at, Word::For)
        .and_then(|start| amount::amount(line, start))
        .filter(|(length, _)| length.by_clock().is_some_and(|length| length <= Duration::days(1)));
    Ok(found.map(|(length, to)| Match {
        from: at,
        to,
        fact: Fact::Duration(length.minutes),
        weak: false,
    }))
}

/// `#home`, "tagged work", "tag travel and family".
pub(super) fn tags(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let found = |tags, to| Ok(Some(Match { from: at, to, fact: Fact::Tags(tags), weak: false }));
    if let Some((tag, to)) = label(line, at) {
        return found(vec![tag], to);
    }
    // At the start "tag" is the thing to do: "tag the photos".
    let noun = line.word(at, Word::TagNoun).filter(|end| at > 0 || line.mark(*end, ':').is_some());
    let Some(start) = line.word(at, Word::Tagged).or(noun) else { return Ok(None) };
    let start = line.mark(start, ':').unwrap_or(start);
    match labels(line, start) {
        Some((tags, to)) => found(tags, to),
        None => Ok(None),
    }
}

/// A label with its sign.
pub(crate) fn label(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let token = line.token(at).filter(|token| token.kind == Kind::Label)?;
    Some((content(&line.text()[token.start..token.end]).to_owned(), at + 1))
}

/// Names of labels with "and" or commas between them. A name is no word the grammar knows, unless
/// it has a sign or quotation marks.
pub(crate) fn labels(line: &Line<'_>, at: usize) -> Option<(Vec<String>, usize)> {
    let (first, mut end) = name(line, at)?;
    let mut list = vec![first];
    loop {
        let next = line.mark(end, ',').unwrap_or(end);
        let next = line.skip(next, &[Word::And, Word::Or]);
        match name(line, next) {
            Some((more, after)) if next > end && line.hits(next).is_empty() => {
                list.push(more);
                end = after;
            }
            _ => return Some((list, end)),
        }
    }
}

/// One name: quoted, with a sign, or a word with what is glued to it.
pub(crate) fn name(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let token = line.token(at)?;
    match token.kind {
        Kind::Quoted | Kind::Label | Kind::Project => {
            Some((content(&line.text()[token.start..token.end]).to_owned(), at + 1))
        }
        Kind::Word | Kind::Number(_) => {
            if line.any(at, &[Word::Article, Word::One, Word::And]).is_some() {
                return None;
            }
            let mut end = at + 1;
            while line.glued(end)
                && (!stops(line, end) || (!stops(line, end + 1) && line.glued(end + 1)))
            {
                end += 1;
            }
            Some((line.slice(at, end).to_owned(), end))
        }
        Kind::Mark(_) | Kind::Link => None,
    }
}

/// A mark other than those inside names.
fn stops(line: &Line<'_>, at: usize) -> bool {
    match line.token(at).map(|token| token.kind) {
        Some(Kind::Mark(mark)) => !matches!(mark, '-' | '_'),
        Some(_) => false,
        None => true,
    }
}

/// `+family`, "in project family", "project: family", "to my shopping list".
pub(super) fn project(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let found = |fact, to| Some(Match { from: at, to, fact, weak: false });
    // "add … to my list" names no list, but only behind the order to add.
    if let Some(to) = line.word(at, Word::OwnList)
        && (0..at).any(|before| line.is(before, Word::Add))
    {
        return Ok(found(Fact::OwnList, to));
    }
    Ok(project_name(line, at).and_then(|(name, to)| found(Fact::Project(name), to)))
}

/// A list by name; the name is kept as written.
pub(crate) fn project_name(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let token = line.token(at)?;
    if token.kind == Kind::Project {
        return name(line, at);
    }
    if let Some(start) = line.word(at, Word::InProject) {
        return name(line, line.mark(start, ':').unwrap_or(start));
    }
    if let Some(start) = line.word(at, Word::ProjectNoun) {
        let quoted = line.token(start).is_some_and(|t| t.kind == Kind::Quoted);
        let colon = line.mark(start, ':').filter(|_| line.glued(start));
        return if quoted { name(line, start) } else { name(line, colon?) };
    }
    let start = line.word(at, Word::ProjectOf)?;
    let start = line.skip(start, &[Word::Article]);
    let end = (start + 1..start + 4).find(|end| line.is(*end, Word::ListNoun))?;
    let plain = (start..end).all(|i| {
        line.token(i).is_some_and(|t| !matches!(t.kind, Kind::Mark(_)))
            && line.any(i, &[Word::Article, Word::And, Word::To]).is_none()
    });
    // "to my to-do list" names no list.
    let own = line.any(start, &[Word::TaskNoun, Word::TasksNoun]).is_some();
    let name = content(line.slice(start, end)).to_owned();
    (plain && !own).then_some((name, line.word(end, Word::ListNoun)?))
}

/// "note: …" and "// …": the rest of the line.
pub(super) fn description(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    let noun = line.word(at, Word::NoteNoun).and_then(|end| line.mark(end, ':'));
    let slashes = line
        .mark(at, '/')
        .filter(|next| !line.glued(at) && line.glued(*next))
        .and_then(|next| line.mark(next, '/'))
        .filter(|next| !line.glued(*next));
    let start = noun.or(slashes).filter(|start| at > 0 && *start < line.len());
    Ok(start.map(|start| Match {
        from: at,
        to: line.len(),
        fact: Fact::Description(line.slice(start, line.len()).to_owned()),
        weak: false,
    }))
}
