//! The longest match at every place, and which weak matches stay.

use super::{Fact, Match, RECOGNISERS};
use crate::{
    LanguageError,
    context::Frame,
    lexicon::{Sense, Unit, Word},
    line::{Kind, Line},
};

/// The facts of a line, in order and disjoint.
pub(crate) type Facts = Vec<Match>;

/// Reads the tokens `from..to`; words outside are not looked at as the start of a fact.
pub(crate) fn scan(
    line: &Line<'_>,
    from: usize,
    to: usize,
    context: &Frame<'_>,
) -> Result<Facts, LanguageError> {
    let mut facts = Facts::new();
    let mut at = from;
    while at < to {
        match longest(line, at, context)? {
            Some(found) if found.to <= to => {
                at = found.to;
                facts.push(found);
            }
            _ => at = line.word(at, Word::Plain).unwrap_or(at + 1),
        }
    }
    keep_daily(&mut facts, from);
    drop_lonely(line, &mut facts, to);
    Ok(facts)
}

fn longest(
    line: &Line<'_>,
    at: usize,
    context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    if !may_start(line, at) {
        return Ok(None);
    }
    let mut best: Option<Match> = None;
    for recognise in RECOGNISERS {
        if let Some(found) = recognise(line, at, context)?
            && best.as_ref().is_none_or(|best| found.to > best.to)
            && line.stands_alone(found.from, found.to)
        {
            best = Some(found);
        }
    }
    Ok(best)
}

/// Most words of a title start nothing; a phrase that is only itself starts nothing either.
fn may_start(line: &Line<'_>, at: usize) -> bool {
    let hits = line.hits(at);
    if hits.first().is_some_and(|hit| hit.sense == Sense::Word(Word::Plain)) {
        return false;
    }
    match line.token(at).map(|token| token.kind) {
        Some(Kind::Word) => {
            let zone = line.mark(at + 1, '/').is_some() && line.glued(at + 1);
            !hits.is_empty() || line.digits(at + 1).is_some() || zone
        }
        Some(Kind::Number(_) | Kind::Label | Kind::Project | Kind::Mark(_)) => true,
        Some(Kind::Quoted | Kind::Link) | None => false,
    }
}

/// "daily standup at 9": what has a time and begins with "daily" is a repeat, "daily planner" is not.
fn keep_daily(facts: &mut Facts, from: usize) {
    let timed = |fact: &Match| matches!(fact.fact, Fact::When(when) if when.clock.is_some());
    let timed = facts.iter().any(timed);
    if let Some(first) = facts.first_mut()
        && let Fact::Repeat(pattern) = &first.fact
        && pattern.unit == Unit::Day
    {
        first.weak &= !(timed && first.from == from);
    }
}

/// A weak match stays when the line, a mark or another match follows, and no article or pronoun
/// stands before it: "swim sat 10:00", not "I sat down".
fn drop_lonely(line: &Line<'_>, facts: &mut Facts, to: usize) {
    let mut next_kept = to;
    let mut keep = vec![true; facts.len()];
    for (i, fact) in facts.iter().enumerate().rev() {
        if fact.weak {
            let followed = fact.to >= to
                || fact.to == next_kept
                || line.is_end(fact.to)
                || pause(line, fact.to);
            // "it sat", but "do it asap"
            let pressing = matches!(fact.fact, Fact::Priority(_));
            let leads = [Word::Article, Word::One, Word::Pronoun];
            let leads = if pressing { &leads[..2] } else { &leads[..] };
            let led = fact
                .from
                .checked_sub(1)
                .is_some_and(|before| line.any(before, leads) == Some(fact.from));
            keep[i] = followed && !led;
        }
        if keep[i] {
            next_kept = fact.from;
        }
    }
    let mut keep = keep.into_iter();
    facts.retain(|_| keep.next().unwrap_or(true));
}

/// A mark, or a sign such as an emoji, that ends a phrase.
fn pause(line: &Line<'_>, at: usize) -> bool {
    match line.token(at).map(|token| token.kind) {
        Some(Kind::Mark(mark)) => ",;:!)…–—".contains(mark) || !mark.is_ascii(),
        Some(Kind::Label | Kind::Project) => true,
        _ => false,
    }
}
