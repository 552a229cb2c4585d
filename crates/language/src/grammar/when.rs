//! A moment: a day, a time of day or both, in any order, or a wait from now.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use todo_events::Due;

use super::{Day, Fact, Found, Match, amount, clock::Clock, clock::clock, day};
use crate::{
    LanguageError, Note, calendar,
    context::Frame,
    lexicon::{Sense, Word},
    line::Line,
};

/// A moment as written.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct When {
    /// The day, if one is named.
    pub(crate) day: Option<Day>,
    /// The time of day, if one is named.
    pub(crate) clock: Option<Clock>,
    /// "in 20 minutes": the wall clock then.
    pub(crate) instant: Option<NaiveDateTime>,
    /// A preposition says that this is when it is due.
    pub(crate) led: bool,
}

/// The moment as a fact.
pub(super) fn due(
    line: &Line<'_>,
    at: usize,
    context: &Frame<'_>,
) -> Result<Option<Match>, LanguageError> {
    if let Some(to) = line.word(at, Word::Someday) {
        return Ok(Some(Match { from: at, to, fact: Fact::When(When::default()), weak: false }));
    }
    Ok(when(line, at, context)?.map(|(when, to)| {
        let weak = when.clock.is_none() && when.day.is_some_and(|day| day.weak) && !when.led;
        Match { from: at, to, fact: Fact::When(when), weak }
    }))
}

/// A moment: its parts may stand in any order.
pub(crate) fn when(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found<When> {
    let mut when = When::default();
    let mut part = None;
    let mut end = at;
    loop {
        let next = if end > at { line.mark(end, ',').unwrap_or(end) } else { end };
        let start = line.skip_all(
            next,
            &[Word::Due, Word::By, Word::On, Word::Before, Word::For, Word::Particle],
        );
        let known = when.day.is_some() || when.instant.is_some();
        if let Some((found, after)) = later(line, start, context).filter(|_| !known) {
            when.instant = Some(found);
            end = after;
        } else if let Some((found, after)) = day(line, start, context)?.filter(|_| !known) {
            when.led |= start > at && end == at || found.led;
            when.day = Some(found);
            end = after;
        } else if let Some((hour, today, after)) = part_of_day(line, start, end > at)
            .filter(|(_, today, _)| part.is_none() && !(*today && known))
        {
            part = Some(hour);
            if today {
                when.day = Some(Day::fixed(context.today()));
            }
            end = after;
        } else if let Some((found, after)) =
            timed(line, start, next)?.filter(|_| when.clock.is_none())
        {
            when.clock = Some(found);
            end = after;
        } else {
            break;
        }
        end = line.skip(end, &[Word::Particle]);
    }
    if end == at {
        return Ok(None);
    }
    when.take_part(part);
    Ok(Some((when, end)))
}

/// A time of day without a day: "at 9", "in the evening at 8".
pub(super) fn time_of_day(line: &Line<'_>, at: usize) -> Found<When> {
    let mut when = When::default();
    let mut part = None;
    let mut end = at;
    loop {
        if let Some((hour, false, after)) = part_of_day(line, end, true).filter(|_| part.is_none())
        {
            part = Some(hour);
            end = after;
        } else if let Some((found, after)) = clock(line, end)?.filter(|_| when.clock.is_none()) {
            when.clock = Some(found);
            end = after;
        } else {
            break;
        }
        end = line.skip(end, &[Word::Particle]);
    }
    when.take_part(part);
    Ok((end > at).then_some((when, end)))
}

/// "and 8pm" behind a time: the token behind it.
pub(super) fn second_time(line: &Line<'_>, at: usize) -> Result<Option<usize>, LanguageError> {
    let next = line.skip(line.mark(at, ',').unwrap_or(at), &[Word::And]);
    if next == at {
        return Ok(None);
    }
    let clock = time_of_day(line, next)?.filter(|(when, _)| when.clock.is_some());
    // "at 8 and 20"
    let bare = line.digits(next).filter(|(hour, end)| *hour < 24 && line.is_end(*end));
    Ok(clock.map(|(_, end)| end).or(bare.map(|(_, end)| end)))
}

/// A time, read with its preposition when there is one ("by 5pm").
fn timed(line: &Line<'_>, start: usize, next: usize) -> Found<Clock> {
    match clock(line, start)? {
        Some(found) => Ok(Some(found)),
        None if next < start => clock(line, next),
        None => Ok(None),
    }
}

/// "in 20 minutes", "in half an hour", "two hours from now", "+90 minutes", "in 30 seconds".
fn later(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Option<(NaiveDateTime, usize)> {
    let plus = line.mark(at, '+');
    let start = plus.or_else(|| line.word(at, Word::In));
    let (length, end) = wait(line, start.unwrap_or(at))?;
    let behind = line.word(end, Word::FromNow);
    if start.is_none() && behind.is_none() {
        return None;
    }
    // Real time, then the wall clock: twenty minutes across a clock change are twenty minutes.
    Some((context.later(length), behind.unwrap_or(end)))
}

/// A length that a clock tells, to the second: "1 minute and 30 seconds".
fn wait(line: &Line<'_>, at: usize) -> Option<(Duration, usize)> {
    let Some((length, end)) = amount::amount(line, at) else { return seconds(line, at) };
    let minutes = length.by_clock()?;
    match seconds(line, line.skip(end, &[Word::And])) {
        Some((rest, end)) => Some((minutes + rest, end)),
        None => Some((minutes, end)),
    }
}

fn seconds(line: &Line<'_>, at: usize) -> Option<(Duration, usize)> {
    let (count, end) = line.count(at).filter(|(count, _)| *count <= amount::LARGEST)?;
    let end = line.word(end, Word::Seconds)?;
    Some((Duration::seconds(i64::from(count)), end))
}

/// The hour of a part of the day, and whether it is today's. Alone it needs "in the" or "this".
fn part_of_day(line: &Line<'_>, at: usize, follows: bool) -> Option<(u32, bool, usize)> {
    if let Some((hour, end)) = line.find(at, |sense| match sense {
        Sense::Tonight(hour) => Some(hour),
        _ => None,
    }) {
        return Some((hour, true, end));
    }
    if let Some(this) = line.word(at, Word::This) {
        let (hour, end) = line.part(this)?;
        return Some((hour, true, end));
    }
    let inner = line.skip(at, &[Word::PartOf]);
    let (hour, end) = line.part(inner)?;
    // "shaam 5 baje": in front of a time it needs no preposition.
    let leads = || matches!(clock(line, end), Ok(Some((clock, _))) if clock.bare);
    (follows || inner > at || leads()).then_some((hour, false, end))
}

impl When {
    /// A part of the day moves a bare hour, or stands for its usual hour.
    fn take_part(&mut self, part: Option<u32>) {
        let Some(hour) = part else { return };
        match &mut self.clock {
            Some(clock) if clock.bare => {
                let written = clock.time.hour();
                let late_night = hour >= 21 && written < 5;
                let moved = match (hour < 12, written) {
                    (true, 12) => 0,
                    (false, 1..=11) if !late_night => written + 12,
                    _ => written,
                };
                clock.time = clock.time.with_hour(moved).unwrap_or(clock.time);
                clock.bare = false;
            }
            Some(_) => {}
            None => {
                self.clock = NaiveTime::from_hms_opt(hour, 0, 0).map(|time| Clock {
                    time,
                    bare: false,
                    end: None,
                });
            }
        }
    }

    /// The time of day meant; a bare hour from 1 to 6 is in the afternoon.
    pub(crate) fn time(&self, notes: &mut Vec<Note>) -> Option<NaiveTime> {
        if let Some(instant) = self.instant {
            return Some(instant.time());
        }
        let clock = self.clock?;
        let hour = clock.time.hour();
        if clock.bare && (1..=6).contains(&hour) {
            notes.push(Note::HourReadAsAfternoon);
            return clock.time.with_hour(hour + 12);
        }
        Some(clock.time)
    }

    /// Minutes from the start to the end of a range of times.
    pub(crate) fn minutes(&self) -> Option<u32> {
        let clock = self.clock?;
        let start = self.time(&mut Vec::new())?;
        let mut length = clock.end? - start;
        if length <= Duration::zero() && clock.bare {
            length += Duration::hours(12);
        }
        u32::try_from(length.num_minutes()).ok().filter(|minutes| *minutes > 0)
    }

    /// The day meant, when it is not today or later at a time already past.
    pub(crate) fn date(&self, context: &Frame<'_>, notes: &mut Vec<Note>) -> Option<NaiveDate> {
        if let Some(instant) = self.instant {
            return Some(instant.date());
        }
        let now = context.local_now();
        let time = self.time(&mut Vec::new());
        let passed = |date: NaiveDate| time.is_some_and(|time| date.and_time(time) <= now);
        match self.day {
            Some(day) => {
                notes.extend(day.note);
                let next = if passed(day.date) { day.next() } else { None };
                Some(next.unwrap_or(day.date))
            }
            None => time.map(|_| {
                if passed(now.date()) {
                    notes.push(Note::TimePassedSoTomorrow);
                    calendar::plus_days(now.date(), 1)
                } else {
                    now.date()
                }
            }),
        }
    }

    /// The due date this is; `None` when nothing is named ("someday").
    pub(crate) fn due(&self, context: &Frame<'_>, notes: &mut Vec<Note>) -> Option<Due> {
        let date = self.date(context, notes)?;
        Some(match self.time(notes) {
            Some(time) => Due::Local(date.and_time(time)),
            None => Due::Date(date),
        })
    }

    /// Whether day or time is still open and the other moment has just that.
    pub(crate) fn completes(&self, other: &Self) -> bool {
        let free = self.instant.is_none() && other.instant.is_none();
        let timed = self.clock.is_some() && other.clock.is_some();
        let dated = self.day.is_some() && other.day.is_some();
        free && !timed && !dated
    }

    /// Both moments as one.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            day: self.day.or(other.day),
            clock: self.clock.or(other.clock),
            instant: self.instant.or(other.instant),
            led: self.led || other.led,
        }
    }
}
