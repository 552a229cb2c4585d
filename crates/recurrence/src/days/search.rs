//! Finding and counting days on the grid.

use super::month::EVERY_MONTH;
use super::period::{DayPlan, Unit};
use super::set::DaySet;
use crate::calendar::Day;
use crate::rrule::Skip;

impl DayPlan {
    /// The first day later than `after`, and not before the anchor.
    pub(crate) fn next(&self, after: Day) -> Option<Day> {
        let after = after.max(self.anchor.plus(-1));
        let last = self.unit.of(Day::LAST);
        let mut index = self.index_from(after);
        for _ in 0..self.unit.cycle() {
            index = self.open_index(index);
            let period = self.period(index);
            if period > last {
                return None;
            }
            if let Some(day) = self.days(period).after(after).nth(0) {
                return Some(day).filter(|day| *day <= Day::LAST);
            }
            index += 1;
        }
        None
    }

    /// The `n`-th day, 0 being the first that is not before the anchor.
    pub(crate) fn nth(&self, mut n: u32) -> Option<Day> {
        let eve = self.anchor.plus(-1);
        self.next(eve)?;
        if let Some(each) = self.steady() {
            let head = self.days(self.period(0)).after(eve);
            let Some(past_head) = n.checked_sub(head.count()) else { return head.nth(n) };
            let period = self.period(1 + i64::from(past_head / each));
            return self.days(period).nth(past_head % each);
        }
        for days in self.walk(eve, Day::LAST) {
            if n < days.count() {
                return days.nth(n);
            }
            n -= days.count();
        }
        None
    }

    /// How many days lie between two days, neither counted.
    pub(crate) fn between(&self, after: Day, before: Day) -> u64 {
        let after = after.max(self.anchor.plus(-1));
        let last = before.plus(-1);
        if let Some(each) = self.steady() {
            return self.rank(last, each).saturating_sub(self.rank(after, each));
        }
        let sets = self.walk(after, last);
        sets.map(|days| u64::from(days.count() - days.after(last).count())).sum()
    }

    /// The days later than `after`, period by period up to the one of `last`.
    fn walk(&self, mut after: Day, last: Day) -> impl Iterator<Item = DaySet> + '_ {
        let end = self.unit.of(last);
        let mut index = self.index_from(after);
        std::iter::from_fn(move || {
            index = self.open_index(index);
            let period = self.period(index);
            index += 1;
            // SKIP can give two months the same day: what one period had, the next has no more.
            let days = self.days(period).after(after);
            after = days.last().unwrap_or(after);
            (period <= end).then_some(days)
        })
    }

    /// How many days of a steady rule there are from the first period's start up to `day`.
    fn rank(&self, day: Day, each: u32) -> u64 {
        let index = self.index_from(day);
        let in_period = self.days(self.period(index));
        let within = in_period.count() - in_period.after(day).count();
        index.unsigned_abs() * u64::from(each) + u64::from(within)
    }

    /// How many days every period has, where that is the same for all: then ranks are a multiplication.
    fn steady(&self) -> Option<u32> {
        let filter = &self.filter;
        if filter.months != EVERY_MONTH || filter.either {
            return None;
        }
        match self.unit {
            Unit::Day => filter.is_open().then_some(1),
            Unit::Week(_) => Some(self.days(self.period(0)).count()).filter(|count| *count > 0),
            Unit::Month => self.steady_months(),
            Unit::Year => None,
        }
    }

    fn steady_months(&self) -> Option<u32> {
        /// Days every month has: bits 1 to 28.
        const ALWAYS: u32 = 0x1fff_fffe;
        let filter = &self.filter;
        let (dates, from_end) = (filter.dates, filter.dates_from_end);
        match (filter.has_dates(), filter.has_weekdays(), self.positions.is_empty()) {
            (true, false, true) if from_end == 0 && dates & !ALWAYS == 0 => {
                Some(dates.count_ones())
            }
            (true, false, true) if dates == 0 && from_end & !ALWAYS == 0 => {
                Some(from_end.count_ones())
            }
            (true, false, true) if from_end == 0 && filter.skip == Skip::Backward => {
                (dates.count_ones() == 1).then_some(1)
            }
            (false, true, true) if filter.weekdays == 0 => self.steady_nth(),
            (false, true, false) if filter.nth.is_empty() => self.steady_positions(),
            _ => None,
        }
    }

    /// Every month has a first to fourth of each weekday, from either end.
    fn steady_nth(&self) -> Option<u32> {
        let nth = &self.filter.nth;
        let fits = nth.iter().all(|(nth, _)| (1..=4).contains(nth))
            || nth.iter().all(|(nth, _)| (-4..=-1).contains(nth));
        u32::try_from(nth.len()).ok().filter(|_| fits)
    }

    /// Every month has four of each weekday, and so that many positions from either end.
    fn steady_positions(&self) -> Option<u32> {
        let always = 4 * self.filter.weekdays.count_ones() as i16;
        let positions = &self.positions;
        let fits = positions.iter().all(|position| (1..=always).contains(position))
            || positions.iter().all(|position| (-always..=-1).contains(position));
        u32::try_from(positions.len()).ok().filter(|_| fits)
    }
}
