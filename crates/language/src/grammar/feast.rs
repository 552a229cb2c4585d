//! Days with a name of their own: "christmas eve", "halloween".

use super::{Day, Found, clock::clock, day_named::dated};
use crate::{
    context::Frame,
    lexicon::{Sense, Word},
    line::Line,
};

/// What says that a day is meant, and not the feast: "until christmas", not "presents for christmas".
const LEADS: [Word; 7] =
    [Word::On, Word::By, Word::Before, Word::Until, Word::Starting, Word::From, Word::Due];

/// A feast behind a preposition, or with a time of day.
pub(super) fn feast(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<Day> {
    let start = line.skip(at, &[Word::Article]);
    let Some(((month, day), end)) = line.find(start, |sense| match sense {
        Sense::Feast(month, day) => Some((month, day)),
        _ => None,
    }) else {
        return Ok(None);
    };
    let led = (1..=3).any(|back| {
        at.checked_sub(back).is_some_and(|before| line.any(before, &LEADS) == Some(at))
    });
    if !led && clock(line, end)?.is_none() {
        return Ok(None);
    }
    Ok(dated(context, None, month, day).ok().map(|day| (Day { led, ..day }, end)))
}
