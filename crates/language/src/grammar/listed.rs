//! Lists inside a repeat: weekdays and days of the month.

use chrono::Weekday;

use super::clock::clock;
use crate::{lexicon::Word, line::Line};

/// "1st and 15th", "15th and last day", "2nd, 4th": ordinals, the words between them read over.
pub(super) fn ordinal_list(line: &Line<'_>, at: usize) -> Option<(Vec<i32>, usize)> {
    let nth = |at: usize| line.ordinal(at, false).or_else(|| line.dotted(at));
    let (first, mut end) = nth(line.skip(at, &[Word::Article]))?;
    let mut list = vec![first];
    loop {
        let next = line.mark(end, ',').unwrap_or(end);
        let next = line.skip_all(next, &[Word::And, Word::Article]);
        match nth(next) {
            Some((more, after)) if next > end => {
                list.push(more);
                end = after;
            }
            _ => return Some((list, end)),
        }
    }
}

/// "monday, wednesday and friday", "mon wed fri", "mon-fri", "monday to friday".
pub(super) fn weekday_list(line: &Line<'_>, at: usize) -> Option<(Vec<Weekday>, usize)> {
    let (first, mut end) = line.weekday(at)?;
    let dash = ['-', '–'].iter().find_map(|dash| line.mark(end, *dash));
    if let Some(next) = dash.or_else(|| line.any(end, &[Word::To, Word::Until]))
        && let Some((last, end)) = line.weekday(next)
    {
        let mut days = vec![first];
        let mut day = first;
        while day != last {
            day = day.succ();
            days.push(day);
        }
        return Some((days, end));
    }
    let mut days = vec![first];
    loop {
        let mark = [',', '/'].iter().find_map(|mark| line.mark(end, *mark)).unwrap_or(end);
        let next = line.skip(mark, &[Word::And]);
        match line.weekday(line.skip(next, &[Word::On, Word::Every])) {
            Some((day, after)) => {
                if !days.contains(&day) {
                    days.push(day);
                }
                end = after;
            }
            _ => break,
        }
    }
    days.sort_by_key(Weekday::num_days_from_monday);
    Some((days, end))
}

/// Weekdays that can only be several, without "every" before them: "mon-fri", "mon/wed/fri", "tue and
/// thu", "mon through fri". Behind "from" or "between" they are two ends.
pub(crate) fn several(line: &Line<'_>, at: usize) -> Option<(Vec<Weekday>, usize)> {
    let (_, end) = line.weekday(at)?;
    let before = |word: Word| at > 0 && line.word(at - 1, word) == Some(at);
    let ends = [Word::From, Word::Between, Word::Starting].into_iter().any(before);
    let marked = ['-', '–', '/', '&'].iter().any(|mark| line.mark(end, *mark).is_some());
    // "mon,wed", and three or more; "monday, friday …" may be two things.
    let commas = line.mark(end, ',').is_some_and(|next| line.glued(next))
        || line.mark(end, ',').is_some() && weekday_list(line, at)?.0.len() > 2;
    let listed = marked || commas || line.is(end, Word::And);
    let range = line.any(end, &[Word::To, Word::Until]).is_some();
    if ends || !(listed || range) {
        return None;
    }
    let (days, end) = weekday_list(line, at)?;
    // "trip friday to sunday" is one trip.
    if !listed && !matches!(clock(line, end), Ok(Some(_))) {
        return None;
    }
    // "monday and tuesday next week" are two days of one week.
    let dated = line.any(end, &[Word::Next, Word::This, Word::In]).is_some();
    (days.len() > 1 && !dated).then_some((days, end))
}
