//! What is left when the facts are taken out.

use crate::{
    grammar::{Fact, Match},
    lexicon::Word,
    line::{Kind, Line, content},
};

/// The words between the facts, as written, with one space where a fact was.
pub(super) fn title(line: &Line<'_>, facts: &[Match], from: usize, to: usize) -> String {
    let mut pieces: Vec<(usize, usize)> = Vec::with_capacity(facts.len() + 1);
    let mut start = from;
    // "remind me every day at 8 to …": the "to" belongs to "remind me".
    let reminded =
        facts.first().is_some_and(|f| f.from == from && matches!(f.fact, Fact::Reminders(_)));
    for end in facts.iter().map(Some).chain([None]) {
        let stop = end.map_or(to, |fact| fact.from);
        if reminded && start > from && pieces.iter().all(|(a, b)| a == b) {
            let tie = line.any(start, &[Word::To, Word::About]);
            start = tie.filter(|tie| *tie <= stop).unwrap_or(start);
        }
        pieces.push(trimmed(line, start, stop, start > from, end.is_some()));
        start = end.map_or(to, |fact| fact.to);
        // "(tomorrow)": the brackets go with the words.
        let opened = end.is_some() && stop > from && line.mark(stop - 1, '(').is_some();
        start = line.mark(start, ')').filter(|_| opened).unwrap_or(start);
    }
    join(line, &pieces)
}

/// Joins stretches of tokens; a title that is one quotation loses its marks.
pub(crate) fn join(line: &Line<'_>, pieces: &[(usize, usize)]) -> String {
    let mut title = String::new();
    let mut tokens = 0;
    let mut quoted = false;
    for (from, to) in pieces.iter().filter(|(from, to)| from < to) {
        if !title.is_empty() && !line.slice(*from, *to).starts_with([',', '.', ';', '!', '?']) {
            title.push(' ');
        }
        for (i, word) in line.slice(*from, *to).split_whitespace().enumerate() {
            if i > 0 {
                title.push(' ');
            }
            title.push_str(word);
        }
        tokens += to - from;
        quoted = line.token(*from).is_some_and(|token| token.kind == Kind::Quoted);
    }
    let title = title.trim_matches([',', ';', ' ']).trim_start_matches([':', '-', '–', '.']).trim();
    let title = if tokens == 1 && quoted { content(title) } else { title };
    title.trim().to_owned()
}

/// A stretch without the commas, dashes and "and"s that tied it to the facts beside it.
pub(crate) fn trimmed(
    line: &Line<'_>,
    mut from: usize,
    mut to: usize,
    after_fact: bool,
    before_fact: bool,
) -> (usize, usize) {
    let loose = |at: usize, marks: &str| matches!(line.token(at).map(|t| t.kind), Some(Kind::Mark(mark)) if marks.contains(mark));
    let tie = |at: usize| line.word(at, Word::And).is_some_and(|end| end == at + 1);
    while after_fact && from < to && (loose(from, ",;:-–.") || tie(from) && from + 1 == to) {
        from += 1;
    }
    if from < to && (after_fact || from == 0) {
        from = line.word(from, Word::NeedTo).filter(|end| *end < to).unwrap_or(from);
    }
    while before_fact && from < to {
        let last = to - 1;
        let dash = loose(last, "-–—") && !line.glued(last);
        if !(loose(last, ",;:(") || dash || tie(last)) {
            break;
        }
        to = last;
    }
    (from, to)
}
