//! A repeat with its limits → a rule and the first occurrence.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use todo_events::Due;
use todo_recurrence::{Mode, Rule, Start};

use super::Reader;
use crate::{
    LanguageError, Note, Repeat, calendar,
    grammar::{Amount, Exception, Fact, Facts, Match, Pattern, When},
    lexicon::Unit,
};

/// A repeat and what it is counted from.
pub(super) struct Series {
    pub(super) due: Due,
    pub(super) repeat: Repeat,
    /// Length of an occurrence, when its time is a range.
    pub(super) minutes: Option<u32>,
}

/// Where a series ends.
#[derive(Clone, Copy)]
enum End {
    Count(u32),
    On(NaiveDate),
}

impl Reader<'_, '_> {
    /// Builds the series of the one repeat among the facts.
    pub(super) fn series(
        &mut self,
        facts: &Facts,
        when: Option<When>,
    ) -> Result<Series, LanguageError> {
        let Some((mut pattern, words)) = facts.iter().find_map(|fact| match &fact.fact {
            Fact::Repeat(pattern) => Some((pattern.clone(), self.line.slice(fact.from, fact.to))),
            _ => None,
        }) else {
            return Err(LanguageError::Empty);
        };
        let refuse =
            |rule: String| LanguageError::ImpossibleRepeat { words: words.to_owned(), rule };
        let except = leave_out(&mut pattern, facts).map_err(refuse)?;
        let start = start(facts)
            .map_or(when.unwrap_or_default(), |start| start.with(when.unwrap_or_default()));
        let start = one_time(&pattern, start, facts).map_err(refuse)?;
        let (first, time) = self
            .first(&pattern, &start, &except)
            .ok_or_else(|| refuse("it never happens".to_owned()))?;
        let end = self.end(facts, &pattern, first).map_err(refuse)?;
        let rule: Rule = format!("{}{end}", pattern.rule(first))
            .parse()
            .map_err(|error| refuse(format!("{error}")))?;
        self.noted(&pattern, first);
        let after_done = pattern.after_done || facts.iter().any(|f| f.fact == Fact::AfterDone);
        let mode = if after_done { Mode::AfterCompletion } else { Mode::Schedule };
        let due = time.map_or(Due::Date(first), |time| Due::Local(first.and_time(time)));
        let anchor = time.map_or(Start::AllDay(first), |time| Start::Timed(first.and_time(time)));
        let zone = self.context.zone.clone();
        todo_recurrence::Series::new(anchor, rule.clone(), mode, zone, except.iter().copied())
            .map_err(|error| refuse(error.to_string()))?;
        Ok(Series { due, repeat: Repeat { rule, mode, except }, minutes: start.minutes() })
    }

    fn noted(&mut self, pattern: &Pattern, first: NaiveDate) {
        if pattern.assumed {
            self.note(Note::DaysReadAsRepeat);
        }
        if pattern.clamps(first) {
            self.note(Note::LastDayStandsIn);
        }
    }

    /// The first occurrence that is not over: today counts for a day, a passed time does not.
    fn first(
        &mut self,
        pattern: &Pattern,
        start: &When,
        except: &[NaiveDate],
    ) -> Option<(NaiveDate, Option<NaiveTime>)> {
        let now = self.context.local_now();
        let mut notes = Vec::new();
        let mut time = start.time(&mut notes);
        let named = start.instant.map(|at| at.date()).or(start.day.map(|day| day.date));
        notes.extend(start.day.and_then(|day| day.note));
        notes.into_iter().for_each(|note| self.note(note));
        let mut from = named.unwrap_or(now.date());
        if pattern.unit == Unit::Hour && time.is_none() {
            let next = now + chrono::Duration::hours(i64::from(pattern.interval));
            time = Some(next.time());
            from = named.unwrap_or(next.date());
        }
        for _ in 0..64 {
            let first = pattern.first(from)?;
            let over = time.is_some_and(|time| first.and_time(time) <= now);
            if !over && !except.contains(&first) {
                return Some((first, time));
            }
            from = calendar::plus_days(first, 1);
        }
        None
    }

    /// The part of the rule that ends it; empty when nothing does.
    fn end(&self, facts: &Facts, pattern: &Pattern, first: NaiveDate) -> Result<String, String> {
        let end = facts.iter().find_map(|fact| match fact.fact {
            Fact::Count(count) => Some(End::Count(count)),
            Fact::Span(span) => Some(span_end(span, pattern, first)),
            Fact::Until(when) | Fact::Period(_, when, _) => {
                when.date(self.context, &mut Vec::new()).map(End::On)
            }
            _ => None,
        });
        match end {
            None => Ok(String::new()),
            Some(End::Count(count)) => Ok(format!(";COUNT={count}")),
            Some(End::On(last)) if last < first => Err("it ends before it starts".to_owned()),
            Some(End::On(last)) => {
                let (year, month, day) = (last.year(), last.month(), last.day());
                Ok(format!(";UNTIL={year:04}{month:02}{day:02}T235959"))
            }
        }
    }
}

/// The time of the repeat with its start; an occurrence has one time of day, in the user's zone.
fn one_time(pattern: &Pattern, start: When, facts: &Facts) -> Result<When, String> {
    if pattern.time.clock.is_some() && start.clock.is_some() {
        return Err("a repeat has one time of day; use one line for each".to_owned());
    }
    if facts.iter().any(|fact| matches!(fact.fact, Fact::Zone(_))) {
        return Err("a repeat keeps to your own zone; say its time there".to_owned());
    }
    Ok(pattern.time.with(start))
}

/// A span ends after a number of times, or on the day before it is over.
fn span_end(span: Amount, pattern: &Pattern, first: NaiveDate) -> End {
    times_in(span, pattern).map_or_else(
        || {
            let after = span.after(first.and_time(NaiveTime::MIN)).date();
            End::On(calendar::plus_days(after, -1))
        },
        End::Count,
    )
}

fn start(facts: &[Match]) -> Option<When> {
    facts.iter().find_map(|fact| match fact.fact {
        Fact::Start(when) | Fact::Period(when, _, _) => Some(when),
        _ => None,
    })
}

/// How often a repeat happens in a span that is a whole number of its intervals.
fn times_in(span: Amount, pattern: &Pattern) -> Option<u32> {
    let each = u32::try_from(pattern.weekdays.len().max(pattern.month_days.len()).max(1)).ok()?;
    let (length, unit) = match pattern.unit {
        Unit::Day if span.months == 0 => (span.days, 1),
        Unit::Week if span.months == 0 => (span.days, 7),
        Unit::Month | Unit::Quarter if span.days == 0 => (span.months, 1),
        Unit::Year if span.days == 0 => (span.months, 12),
        _ => return None,
    };
    let interval = unit * pattern.interval;
    (length > 0 && length % interval == 0 && pattern.months.len() < 2)
        .then(|| length / interval * each)
}

/// Takes weekdays and months out of the pattern; days are left out one by one.
fn leave_out(pattern: &mut Pattern, facts: &Facts) -> Result<Vec<NaiveDate>, String> {
    let mut days = Vec::new();
    for fact in facts {
        let Fact::Except(list) = &fact.fact else { continue };
        for exception in list {
            match exception {
                Exception::Day(day) => days.push(*day),
                Exception::Weekday(day) => without_weekday(pattern, *day)?,
                Exception::Month(month) => {
                    if pattern.months.is_empty() {
                        pattern.months = (1..=12).collect();
                    }
                    pattern.months.retain(|m| m != month);
                }
            }
        }
    }
    if facts.iter().any(|f| matches!(f.fact, Fact::Except(_)))
        && pattern.unit == Unit::Week
        && pattern.weekdays.is_empty()
    {
        return Err("nothing is left of it".to_owned());
    }
    Ok(days)
}

fn without_weekday(pattern: &mut Pattern, day: Weekday) -> Result<(), String> {
    if pattern.unit == Unit::Day && pattern.interval == 1 && pattern.weekdays.is_empty() {
        pattern.unit = Unit::Week;
        let week = Weekday::Mon.num_days_from_monday()..7;
        pattern.weekdays = week
            .filter_map(|n| Weekday::try_from(u8::try_from(n).ok()?).ok())
            .map(|d| (None, d))
            .collect();
    }
    if pattern.unit != Unit::Week {
        return Err("only a repeat by days or weeks can leave weekdays out".to_owned());
    }
    pattern.weekdays.retain(|(_, d)| *d != day);
    Ok(())
}
