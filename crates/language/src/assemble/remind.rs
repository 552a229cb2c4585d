//! Wishes to be reminded → reminders of a task whose due is known.

use chrono::NaiveTime;
use todo_events::{Due, ReminderSpec};

use super::Reader;
use crate::{
    calendar,
    grammar::{Fact, Facts, Remind, RemindAt, When},
};

/// When an all-day task reminds.
const MORNING: (u32, u32, u32) = (9, 0, 0);

pub(super) fn wishes(facts: &Facts) -> Vec<Remind> {
    let lists = facts.iter().filter_map(|fact| match &fact.fact {
        Fact::Reminders(list) => Some(list),
        _ => None,
    });
    lists.flatten().copied().collect()
}

/// "remind me at 7pm to …" names the due, too.
pub(super) fn moment(wishes: &[Remind]) -> Option<When> {
    wishes.iter().find_map(|wish| match wish.at {
        RemindAt::Moment(when) => Some(when),
        _ => None,
    })
}

impl Reader<'_, '_> {
    /// The reminders; a moment that became the due reminds when it is due. Without a due there is
    /// nothing to count from.
    pub(super) fn reminders(
        &mut self,
        wishes: &[Remind],
        due: Option<&Due>,
        moment_is_due: bool,
    ) -> Vec<ReminderSpec> {
        let mut list = Vec::new();
        for wish in wishes {
            let channel = wish.channel;
            let before = |before_minutes| ReminderSpec::Before { before_minutes, channel };
            let spec = match wish.at {
                _ if due.is_none() => None,
                RemindAt::Due => Some(before(0)),
                RemindAt::Before(minutes) => Some(before(minutes)),
                RemindAt::Moment(_) if moment_is_due => Some(before(0)),
                RemindAt::Moment(when) => self.reminder_at(&when, due, channel),
                RemindAt::DaysBefore(days, when) => {
                    due.and_then(|due| self.days_before(due, days, &when, channel))
                }
            };
            if let Some(spec) = spec.filter(|spec| !list.contains(spec)) {
                list.push(spec);
            }
        }
        list
    }

    /// A moment of its own; a bare time is on the day it is due.
    fn reminder_at(
        &self,
        when: &When,
        due: Option<&Due>,
        channel: todo_events::Channel,
    ) -> Option<ReminderSpec> {
        let mut notes = Vec::new();
        let time = when.time(&mut notes).or_else(morning)?;
        let date = match due.filter(|_| when.day.is_none() && when.instant.is_none()) {
            Some(due) => self.due_date(due),
            None => when.date(self.context, &mut notes)?,
        };
        let at = self.context.zone.resolve(date.and_time(time));
        Some(ReminderSpec::At { at, channel })
    }

    fn days_before(
        &self,
        due: &Due,
        days: u32,
        when: &When,
        channel: todo_events::Channel,
    ) -> Option<ReminderSpec> {
        let time = when.time(&mut Vec::new()).or_else(morning)?;
        let date = calendar::plus_days(self.due_date(due), -i64::from(days));
        Some(match due {
            // Counted from the due, so that it moves with it and holds for every occurrence.
            Due::Local(local) if date.and_time(time) <= *local => {
                let minutes = (*local - date.and_time(time)).num_minutes();
                ReminderSpec::Before { before_minutes: u32::try_from(minutes).ok()?, channel }
            }
            Due::Date(day) if days > 0 => {
                let minutes = (day.and_time(morning()?) - date.and_time(time)).num_minutes();
                ReminderSpec::Before { before_minutes: u32::try_from(minutes).ok()?, channel }
            }
            Due::Date(_) | Due::Local(_) | Due::At { .. } => {
                ReminderSpec::At { at: self.context.zone.resolve(date.and_time(time)), channel }
            }
        })
    }

    fn due_date(&self, due: &Due) -> chrono::NaiveDate {
        match due {
            Due::Date(date) => *date,
            Due::Local(local) => local.date(),
            Due::At { at, zone } => zone.date(*at),
        }
    }
}

fn morning() -> Option<NaiveTime> {
    let (hour, minute, second) = MORNING;
    NaiveTime::from_hms_opt(hour, minute, second)
}
