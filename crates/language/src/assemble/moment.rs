//! One line may name several moments; one of them, or two halves of one, is when it is due.

use chrono::Timelike;
use todo_events::Due;
use todo_recurrence::Zone;

use super::Reader;
use crate::{
    Context, Note,
    context::Frame,
    grammar::{Fact, Facts, When},
    lexicon::Word,
};

/// Keeps the first repeat, gives the words of others and of limits without a repeat back to the
/// title, and answers whether there is one.
fn one_repeat(facts: &mut Facts) -> bool {
    let first = facts.iter().position(|fact| matches!(fact.fact, Fact::Repeat(_)));
    let Some(first) = first else {
        for fact in facts.iter_mut() {
            if let Fact::Start(when) | Fact::Until(when) = fact.fact {
                fact.fact = Fact::When(When { led: true, ..when });
            }
            // A task is due once: the end of the stretch stays in the title.
            if let Fact::Period(when, _, end) = fact.fact {
                fact.fact = Fact::When(When { led: true, ..when });
                fact.to = end;
            }
        }
        facts.retain(|fact| {
            !matches!(fact.fact, Fact::Count(_) | Fact::Span(_) | Fact::Except(_) | Fact::AfterDone)
        });
        return false;
    };
    let mut index = 0;
    facts.retain(|fact| {
        index += 1;
        index == first + 1 || !matches!(fact.fact, Fact::Repeat(_))
    });
    true
}

impl Reader<'_, '_> {
    /// [`one_repeat`], and a note where the end of a stretch stays in the title.
    pub(super) fn one_repeat(&mut self, facts: &mut Facts) -> bool {
        let period = facts.iter().any(|fact| matches!(fact.fact, Fact::Period(..)));
        let repeats = one_repeat(facts);
        if period && !repeats {
            self.note(Note::SecondTimeLeftInTitle);
        }
        repeats
    }

    /// The zone right behind a time; other words that name one go back to the title.
    pub(super) fn zone(&mut self, facts: &mut Facts) -> Option<Zone> {
        let timed = |fact: &Fact| match fact {
            Fact::When(when) => when.clock.is_some(),
            Fact::Repeat(pattern) => pattern.time.clock.is_some(),
            _ => false,
        };
        let ends: Vec<_> = facts.iter().filter(|f| timed(&f.fact)).map(|f| f.to).collect();
        let mut zone = None;
        let mut letters = false;
        facts.retain(|fact| match &fact.fact {
            Fact::Zone(named) if ends.contains(&fact.from) => {
                letters |= named.is_none();
                zone = zone.take().or_else(|| named.clone());
                named.is_some()
            }
            Fact::Zone(_) => false,
            _ => true,
        });
        if letters {
            self.note(Note::ZoneLeftInTitle);
        }
        zone
    }

    /// When it is due; a time in another zone is an instant.
    pub(super) fn due(&mut self, when: &When, zone: Option<&Zone>) -> Option<Due> {
        let mut notes = Vec::new();
        let due = match zone {
            None => when.due(self.context, &mut notes),
            Some(zone) => {
                let there = Context { zone, ..(**self.context).clone() };
                match when.due(&Frame::new(&there), &mut notes) {
                    Some(Due::Local(local)) => {
                        Some(Due::At { at: zone.resolve(local), zone: zone.clone() })
                    }
                    other => other,
                }
            }
        };
        notes.into_iter().for_each(|note| self.note(note));
        due
    }

    /// "dinner at 7" is in the evening.
    pub(super) fn evening(&mut self, when: &mut When, from: usize, to: usize) {
        let Some(clock) = when.clock.as_mut().filter(|clock| clock.bare) else { return };
        let hour = clock.time.hour();
        let line = self.line;
        if !(7..=11).contains(&hour) || !(from..to).any(|at| line.is(at, Word::Evening)) {
            return;
        }
        if let Some(time) = clock.time.with_hour(hour + 12) {
            (clock.time, clock.bare) = (time, false);
            self.note(Note::HourReadAsEvening);
        }
    }

    /// Joins a day and a time that stand apart. Of two that exclude each other the one behind a
    /// preposition wins, else the later; the words of the other stay in the title.
    pub(super) fn one_moment(&mut self, facts: &mut Facts, repeats: bool) -> Option<When> {
        let mut chosen: Option<(usize, When)> = None;
        let mut lost = Vec::new();
        for (i, fact) in facts.iter().enumerate() {
            let Fact::When(when) = fact.fact else { continue };
            chosen = Some(match chosen {
                None => (i, when),
                Some((first, other)) if other.completes(&when) => (first, other.with(when)),
                Some((first, other)) if other.led && !when.led => {
                    lost.push(i);
                    (first, other)
                }
                Some((first, _)) => {
                    lost.push(first);
                    (i, when)
                }
            });
        }
        if !lost.is_empty() {
            self.note(Note::SecondTimeLeftInTitle);
        }
        let mut index = 0;
        facts.retain(|_| {
            index += 1;
            !lost.contains(&(index - 1))
        });
        let chosen = chosen.map(|(_, when)| when);
        if repeats { chosen.or(Some(When::default())) } else { chosen }
    }
}
