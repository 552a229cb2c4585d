//! The next time a cron rule fires, by looking at bits of months, days, hours, minutes and seconds.

use chrono::{NaiveDateTime, NaiveTime, Timelike};

use super::Cron;
use crate::calendar::Day;
use crate::days::DayFilter;

impl Cron {
    /// The first time later than `after` at which the rule fires; `None` only past the year 9998.
    ///
    /// This is wall-clock arithmetic without a zone: run it in UTC, or resolve the result with
    /// [`Zone::resolve`](crate::Zone::resolve).
    pub fn next_after(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let days = self.days();
        let today = Day::of(after.date());
        let in_range = today >= Day::FIRST && today <= Day::LAST;
        if in_range
            && days.has(today)
            && let Some(time) = self.time_after(after.time())
        {
            return Some(after.date().and_time(time));
        }
        let day = days.next(today.max(Day::FIRST.plus(-1)))?;
        Some(day.date().and_time(self.first_time()))
    }

    /// The day fields, weekdays from Monday as everywhere else.
    pub(crate) fn days(&self) -> DayFilter {
        let sunday_first = self.weekday.bits as u8;
        DayFilter {
            months: self.month.bits as u16,
            dates: if self.day.open { 0 } else { self.day.bits as u32 },
            weekdays: if self.weekday.open {
                0
            } else {
                sunday_first >> 1 | sunday_first << 6 & 0x7f
            },
            either: true,
            ..DayFilter::default()
        }
    }

    /// Whether any calendar has a day that matches.
    pub(super) fn fires(&self) -> bool {
        self.days().next(Day::FIRST).is_some()
    }

    /// The first time of a day.
    pub(crate) fn first_time(&self) -> NaiveTime {
        time(self.hour.first(), self.minute.first(), self.second.first())
    }

    /// How many times a day has.
    pub(crate) fn times(&self) -> u32 {
        self.hour.len() * self.minute.len() * self.second.len()
    }

    /// The first time of the same day later than `after`.
    pub(crate) fn time_after(&self, after: NaiveTime) -> Option<NaiveTime> {
        let (hour, minute) = (after.hour(), after.minute());
        if self.hour.has(hour) {
            if self.minute.has(minute)
                && let Some(second) = self.second.at_least(after.second() + 1)
            {
                return Some(time(hour, minute, second));
            }
            if let Some(minute) = self.minute.at_least(minute + 1) {
                return Some(time(hour, minute, self.second.first()));
            }
        }
        let hour = self.hour.at_least(hour + 1)?;
        Some(time(hour, self.minute.first(), self.second.first()))
    }

    /// How many times of a day are later than `after`.
    pub(crate) fn times_after(&self, after: NaiveTime) -> u32 {
        let (hour, minute) = (after.hour(), after.minute());
        let seconds = self.second.len_above(after.second());
        let minutes = self.minute.len_above(minute);
        let this_minute = if self.minute.has(minute) { seconds } else { 0 };
        let this_hour =
            if self.hour.has(hour) { minutes * self.second.len() + this_minute } else { 0 };
        self.hour.len_above(hour) * self.minute.len() * self.second.len() + this_hour
    }
}

fn time(hour: u32, minute: u32, second: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, second).unwrap_or(NaiveTime::MIN)
}
