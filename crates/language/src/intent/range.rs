//! Days from … to: "this week", "before friday", "between monday and friday", "the last 7 days".

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use crate::{
    DayRange, LanguageError, calendar,
    context::Frame,
    grammar::{amount, day, several, stretch_of},
    lexicon::{Sense, Unit, Word},
    line::Line,
};

type Found = Result<Option<(DayRange, usize)>, LanguageError>;

/// The days named here.
pub(super) fn range(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Found {
    if let Some(start) = line.any(at, &[Word::Between, Word::Starting, Word::From])
        && let Some((first, middle)) = day(line, start, context)?
    {
        if let Some(next) = line.any(middle, &[Word::And, Word::To, Word::Until])
            && let Some((last, end)) = day(line, line.skip(next, &[Word::Article]), context)?
        {
            let mut last = last;
            if last.date < first.date {
                last.date = last.next().unwrap_or(first.date);
            }
            let to = Some(last.date.max(first.date));
            return Ok(Some((DayRange { from: Some(first.date), to }, end)));
        }
        return Ok(Some((DayRange { from: Some(first.date), to: None }, middle)));
    }
    if let Some(start) = line.word(at, Word::Before)
        && let Some((day, end)) = day(line, start, context)?
    {
        let to = Some(calendar::plus_days(day.date, -1));
        return Ok(Some((DayRange { from: None, to }, end)));
    }
    if let Some(start) = line.any(at, &[Word::By, Word::Until])
        && let Some((day, end)) = day(line, start, context)?
    {
        return Ok(Some((DayRange { from: None, to: Some(day.date) }, end)));
    }
    if let Some(start) = line.word(at, Word::After)
        && let Some((day, end)) = day(line, start, context)?
    {
        let from = Some(calendar::plus_days(day.date, 1));
        return Ok(Some((DayRange { from, to: None }, end)));
    }
    let start = line.skip_all(at, &[Word::On, Word::In, Word::Article, Word::For]);
    if let Some(found) = past(line, start, context).or_else(|| whole(line, start, context)) {
        return Ok(Some(found));
    }
    let start = line.skip_all(at, &[Word::On]);
    if let Some((days, end)) = several(line, start) {
        return Ok(spanned(&days, context).map(|days| (days, end)));
    }
    Ok(day(line, start, context)?.map(|(day, end)| (only(day.date), end)))
}

/// "monday and tuesday", "mon-fri": from the next of the days to the last of them.
fn spanned(days: &[Weekday], context: &Frame<'_>) -> Option<DayRange> {
    let first = calendar::on_or_after(context.today(), *days.first()?);
    let last = calendar::on_or_after(first, *days.last()?);
    Some(DayRange { from: Some(first), to: Some(last) })
}

fn only(date: NaiveDate) -> DayRange {
    DayRange { from: Some(date), to: Some(date) }
}

/// "this week", "next month", "the next 7 days", "tonight", "this weekend".
fn whole(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Option<(DayRange, usize)> {
    let today = context.today();
    let tonight = line.find(at, |s| matches!(s, Sense::Tonight(_)).then_some(()));
    if let Some(((), end)) = tonight {
        return Some((only(today), end));
    }
    let next = line.word(at, Word::Next);
    // "this week" reads the same with the article swallowed: "in the week".
    let this = line.word(at, Word::This).or((at > 0 && line.is(at - 1, Word::This)).then_some(at));
    let noun = next.or(this)?;
    if let Some((length, end)) =
        amount(line, noun).filter(|(a, _)| next.is_some() && a.minutes == 0)
    {
        let last = length.after(today.and_time(NaiveTime::MIN)).date();
        return Some((DayRange { from: Some(today), to: Some(last) }, end));
    }
    if let Some(end) = line.word(noun, Word::Weekend) {
        let first = calendar::on_or_after(calendar::week_start(today, false), Weekday::Sat);
        let first = if next.is_some() { calendar::plus_days(first, 7) } else { first };
        return Some((
            DayRange { from: Some(first), to: Some(calendar::plus_days(first, 1)) },
            end,
        ));
    }
    let (unit, end) = line.unit(noun)?;
    if matches!(unit, Unit::Minute | Unit::Hour | Unit::Day) {
        return None;
    }
    let (first, last) = stretch_of(context, unit, next.is_some());
    Some((DayRange { from: Some(first), to: Some(last) }, end))
}

/// "last week", "the last 7 days", "last friday".
fn past(line: &Line<'_>, at: usize, context: &Frame<'_>) -> Option<(DayRange, usize)> {
    let noun = line.word(at, Word::Past)?;
    let today = context.today();
    if let Some((weekday, end)) = line.weekday(noun) {
        let day = calendar::plus_days(calendar::on_or_after(today, weekday), -7);
        return Some((only(day), end));
    }
    if let Some((length, end)) = amount(line, noun).filter(|(a, _)| a.minutes == 0) {
        let first = calendar::plus_days(today, -i64::from(length.in_minutes() / 1440));
        return Some((DayRange { from: Some(first), to: Some(today) }, end));
    }
    let (unit, end) = line.unit(noun)?;
    let (first, _) = stretch_of(context, unit, false);
    let last = calendar::plus_days(first, -1);
    let first = match unit {
        Unit::Week => calendar::plus_days(first, -7),
        Unit::Month => calendar::month_start(last),
        Unit::Quarter => calendar::month_start(calendar::plus_days(last, -62)),
        Unit::Year => last.with_ordinal(1)?,
        Unit::Minute | Unit::Hour | Unit::Day => return None,
    };
    Some((DayRange { from: Some(first), to: Some(last) }, end))
}
