//! Zones behind a time: "17:00 Europe/Berlin", "5pm UTC". Letters such as "EST" are several zones.

use todo_recurrence::Zone;

use super::{Fact, Match};
use crate::{LanguageError, context::Frame, lexicon::Word, line::Line};

/// A zone by its name; assembly keeps it only behind a time.
pub(super) fn zone(
    line: &Line<'_>,
    at: usize,
    _context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    // A zone starts no line.
    if at == 0 {
        return Ok(None);
    }
    let found = |zone, to| Some(Match { from: at, to, fact: Fact::Zone(zone), weak: false });
    if let Some(to) = line.word(at, Word::Utc) {
        return Ok(found(Some(Zone::utc()), to));
    }
    if let Some(to) = line.word(at, Word::ZoneLetters) {
        // German "ist" is "is".
        return Ok(if line.slice(at, to) == "ist" { None } else { found(None, to) });
    }
    Ok(named(line, at).and_then(|(zone, to)| found(Some(zone), to)))
}

/// `America/New_York`: words with a slash or an underscore between them.
fn named(line: &Line<'_>, at: usize) -> Option<(Zone, usize)> {
    let mut end = line.mark(at + 1, '/').filter(|_| line.glued(at + 1))? + 1;
    let tie = |at: usize| ['/', '_', '-'].iter().find_map(|mark| line.mark(at, *mark));
    while let Some(next) = tie(end).filter(|next| line.glued(end) && line.glued(*next)) {
        end = next + 1;
    }
    Some((line.slice(at, end).parse().ok()?, end))
}
