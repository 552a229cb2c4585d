//! Questions a recogniser asks about a place in the line. Each answers with the place behind it.

use chrono::Weekday;
use todo_events::Priority;

use super::{Kind, Line};
use crate::lexicon::{Sense, Unit, Word};

impl Line<'_> {
    /// The longest meaning here that `wanted` accepts.
    pub(crate) fn find<T>(
        &self,
        at: usize,
        wanted: impl Fn(Sense) -> Option<T>,
    ) -> Option<(T, usize)> {
        self.hits(at).iter().find_map(|hit| wanted(hit.sense).map(|value| (value, at + hit.length)))
    }

    /// A role here.
    pub(crate) fn word(&self, at: usize, word: Word) -> Option<usize> {
        self.find(at, |sense| (sense == Sense::Word(word)).then_some(())).map(|(_, end)| end)
    }

    /// One of several roles here, the longest match.
    pub(crate) fn any(&self, at: usize, words: &[Word]) -> Option<usize> {
        self.find(at, |sense| {
            matches!(sense, Sense::Word(word) if words.contains(&word)).then_some(())
        })
        .map(|(_, end)| end)
    }

    /// Whether a role is played here.
    pub(crate) fn is(&self, at: usize, word: Word) -> bool {
        self.word(at, word).is_some()
    }

    /// The place behind an optional word of one of these roles.
    pub(crate) fn skip(&self, at: usize, words: &[Word]) -> usize {
        self.any(at, words).unwrap_or(at)
    }

    /// The place behind any number of words of these roles.
    pub(crate) fn skip_all(&self, mut at: usize, words: &[Word]) -> usize {
        while let Some(end) = self.any(at, words) {
            at = end;
        }
        at
    }

    /// A mark here.
    pub(crate) fn mark(&self, at: usize, mark: char) -> Option<usize> {
        (self.token(at)?.kind == Kind::Mark(mark)).then_some(at + 1)
    }

    /// Whether the token stands right behind the one before.
    pub(crate) fn glued(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.glued)
    }

    /// Digits here.
    pub(crate) fn digits(&self, at: usize) -> Option<(u32, usize)> {
        match self.token(at)?.kind {
            Kind::Number(value) => Some((value, at + 1)),
            _ => None,
        }
    }

    /// How many digits are written here.
    pub(crate) fn digit_count(&self, at: usize) -> usize {
        self.slice(at, at + 1).chars().count()
    }

    /// A count: digits, a number word, or "a".
    pub(crate) fn count(&self, at: usize) -> Option<(u32, usize)> {
        self.digits(at).or_else(|| {
            self.find(at, |sense| match sense {
                Sense::Number(value) => Some(value),
                Sense::Word(Word::One) => Some(1),
                _ => None,
            })
        })
    }

    /// "15th", "third", "last"; with `plain`, "15" and "15." as well.
    pub(crate) fn ordinal(&self, at: usize, plain: bool) -> Option<(i32, usize)> {
        if let Some((value, end)) = self.digits(at) {
            let value = i32::try_from(value).ok()?;
            if self.glued(end) {
                if let Some(end) = self.word(end, Word::OrdinalEnd) {
                    return Some((value, end));
                }
                if let Some(dot) = self.mark(end, '.')
                    && plain
                    && !self.glued(dot)
                {
                    return Some((value, dot));
                }
            }
            return plain.then_some((value, end));
        }
        self.find(at, |sense| match sense {
            Sense::Ordinal(value) => Some(value),
            _ => None,
        })
    }

    /// "1." before another word, as German writes an ordinal.
    pub(crate) fn dotted(&self, at: usize) -> Option<(i32, usize)> {
        let (value, end) = self.digits(at)?;
        let dot = self.mark(end, '.').filter(|_| self.glued(end))?;
        let word = self.token(dot).is_some_and(|next| next.kind == Kind::Word && !next.glued);
        Some((i32::try_from(value).ok()?, dot)).filter(|_| word)
    }

    /// A weekday, however it is written.
    pub(crate) fn weekday(&self, at: usize) -> Option<(Weekday, usize)> {
        let (day, end) = self.find(at, |sense| match sense {
            Sense::Weekday(day) | Sense::WeakWeekday(day) | Sense::Weekdays(day) => Some(day),
            _ => None,
        })?;
        Some((day, self.skip_dot(end)))
    }

    /// A month's number.
    pub(crate) fn month(&self, at: usize) -> Option<(u32, usize)> {
        let (month, end) = self.find(at, |sense| match sense {
            Sense::Month(month) => Some(month),
            _ => None,
        })?;
        Some((month, self.skip_dot(end)))
    }

    /// A length of time.
    pub(crate) fn unit(&self, at: usize) -> Option<(Unit, usize)> {
        let glued = self.glued(at);
        self.find(at, |sense| match sense {
            Sense::Unit(unit) => Some(unit),
            Sense::ShortUnit(unit) if glued => Some(unit),
            _ => None,
        })
    }

    /// The place behind an optional unit ("ten minutes past").
    pub(crate) fn skip_unit(&self, at: usize) -> usize {
        self.unit(at).map_or(at, |(_, end)| end)
    }

    /// A part of the day and its usual hour.
    pub(crate) fn part(&self, at: usize) -> Option<(u32, usize)> {
        self.find(at, |sense| match sense {
            Sense::Part(hour) => Some(hour),
            _ => None,
        })
    }

    /// A priority's name.
    pub(crate) fn priority(&self, at: usize) -> Option<(Priority, usize)> {
        self.find(at, |sense| match sense {
            Sense::Priority(priority) => Some(priority),
            _ => None,
        })
    }

    /// Nothing but closing marks from here on.
    pub(crate) fn is_end(&self, at: usize) -> bool {
        (at..self.len())
            .all(|i| matches!(self.token(i).map(|t| t.kind), Some(Kind::Mark(c)) if c.is_ascii()))
    }

    /// Whether a match may start here and end there: never inside a word, a number or a name
    /// (`mid-may`, `5pm`, `9:30:12`).
    pub(crate) fn stands_alone(&self, from: usize, to: usize) -> bool {
        let mark = |at: usize| match self.token(at).map(|token| token.kind) {
            Some(Kind::Mark(mark)) => Some(mark),
            _ => None,
        };
        let left = !self.glued(from)
            || from
                .checked_sub(1)
                .and_then(mark)
                .is_some_and(|c| "([{,;:!?\"'…".contains(c) || !c.is_ascii());
        let right = !self.glued(to)
            || mark(to).is_some_and(|c| {
                (")]}!?…\"'".contains(c) || !c.is_ascii())
                    || (".,;:".contains(c) && !(self.glued(to + 1) && mark(to + 1).is_none()))
            });
        left && right
    }

    fn skip_dot(&self, at: usize) -> usize {
        match self.mark(at, '.') {
            Some(end) if self.glued(at) && !self.is_end(at) => end,
            _ => at,
        }
    }
}
