//! What is missing or doubled of what one person was promised.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::Value;

use super::{follower::Seen, reading::Everything, work::Kind, writer::Made};

/// Of one person; of all of them when they are added up.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Outcome {
    /// Acknowledged tasks.
    pub(super) tasks: usize,
    /// Events of which the trail has no entry: the task's id and what happened.
    pub(super) missing_audit: Vec<String>,
    /// Tasks that the open page does not know.
    pub(super) missing_frames: Vec<String>,
    /// Completed tasks that nothing follows.
    pub(super) missing_occurrences: Vec<String>,
    /// Completed tasks that more than one follows.
    pub(super) double_occurrences: Vec<String>,
    /// Tasks whose reminder raised no notification.
    pub(super) missing_reminders: Vec<String>,
    /// Tasks whose reminder raised more than one.
    pub(super) double_reminders: Vec<String>,
    /// Titles that more than one task has, although they were sent under one key.
    pub(super) double_tasks: Vec<String>,
    /// Tasks whose notification the trail has and the open page does not.
    pub(super) unseen_reminders: Vec<String>,
    /// How often sockets had to be opened again.
    pub(super) reconnects: usize,
    /// How often pages had to list again.
    pub(super) relists: usize,
}

/// What the API says about a person.
#[derive(Default)]
pub(super) struct State {
    /// Every task.
    pub(super) tasks: Everything,
    /// The whole trail.
    pub(super) trail: Everything,
}

impl Outcome {
    /// Compares what was promised with what there is.
    pub(super) fn of(made: &[Made], state: &State, page: &Seen) -> Self {
        let trail = Trail::of(&state.trail.items);
        let (titles, series) = (
            counted(&state.tasks.items, "title", |task| task["series_id"].is_null()),
            counted(&state.tasks.items, "series_id", |_| true),
        );
        let mut outcome = Self { tasks: made.len(), ..Self::default() };
        outcome.reconnects = page.sockets.saturating_sub(1);
        outcome.relists = page.lists.saturating_sub(1);
        for task in made {
            outcome.told(task, &trail, page);
            let followers =
                task.series.as_ref().and_then(|series_id| series.get(series_id.as_str()));
            match followers {
                _ if !task.completed => {}
                Some(2) => {}
                Some(3..) => outcome.double_occurrences.push(task.id.clone()),
                _ => outcome.missing_occurrences.push(task.id.clone()),
            }
            if titles.get(task.title.as_str()).is_some_and(|count| *count > 1) {
                outcome.double_tasks.push(task.title.clone());
            }
        }
        if page.sequence < state.tasks.sequence {
            let (knows, of) = (page.sequence.unwrap_or(0), state.tasks.sequence.unwrap_or(0));
            outcome.missing_frames.push(format!("changes {} to {of}", knows + 1));
        }
        outcome
    }

    /// Entries, frame and notification of one task.
    fn told(&mut self, task: &Made, trail: &Trail<'_>, page: &Seen) {
        let id = task.id.as_str();
        let expected = [("created", true), ("completed", task.completed)];
        for (event, _) in expected.iter().filter(|(_, expected)| *expected) {
            if !trail.has.contains(&(id, event)) {
                self.missing_audit.push(format!("{id} {event}"));
            }
        }
        if !page.tasks.contains(id) {
            self.missing_frames.push(id.to_owned());
        }
        if task.kind != Kind::Reminding {
            return;
        }
        let shown = page.notifications.get(id).into_iter().flatten().map(String::as_str);
        let raised = trail.raised.get(id).into_iter().flatten().copied();
        let ids: HashSet<&str> = shown.clone().chain(raised).collect();
        match ids.len() {
            0 => self.missing_reminders.push(id.to_owned()),
            1 if shown.count() == 0 => self.unseen_reminders.push(id.to_owned()),
            1 => {}
            _ => self.double_reminders.push(id.to_owned()),
        }
    }

    /// Whether every promise is kept.
    pub(super) fn is_kept(&self) -> bool {
        let faults = [
            &self.missing_audit,
            &self.missing_frames,
            &self.missing_occurrences,
            &self.double_occurrences,
            &self.missing_reminders,
            &self.double_reminders,
            &self.double_tasks,
            &self.unseen_reminders,
        ];
        faults.iter().all(|list| list.is_empty())
    }

    /// Adds another person's.
    pub(super) fn add(&mut self, other: Self) {
        self.tasks += other.tasks;
        self.missing_audit.extend(other.missing_audit);
        self.missing_frames.extend(other.missing_frames);
        self.missing_occurrences.extend(other.missing_occurrences);
        self.double_occurrences.extend(other.double_occurrences);
        self.missing_reminders.extend(other.missing_reminders);
        self.double_reminders.extend(other.double_reminders);
        self.double_tasks.extend(other.double_tasks);
        self.unseen_reminders.extend(other.unseen_reminders);
        self.reconnects += other.reconnects;
        self.relists += other.relists;
    }
}

/// The trail, to look things up in.
#[derive(Default)]
struct Trail<'a> {
    /// Tasks and what happened to them.
    has: HashSet<(&'a str, &'a str)>,
    /// Ids of the notifications that were raised about a task.
    raised: HashMap<&'a str, HashSet<&'a str>>,
}

impl<'a> Trail<'a> {
    fn of(entries: &'a [Value]) -> Self {
        let mut trail = Self::default();
        for entry in entries {
            let text = |field: &str| entry[field].as_str().unwrap_or_default();
            let (task, event) = (text("task_id"), text("event_type"));
            trail.has.insert((task, event));
            if event == "raised" {
                trail.raised.entry(task).or_default().insert(text("event_id"));
            }
        }
        trail
    }
}

/// How many tasks have each value of a field.
fn counted<'a>(
    tasks: &'a [Value],
    field: &str,
    which: impl Fn(&Value) -> bool,
) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for value in tasks.iter().filter(|task| which(task)).filter_map(|task| task[field].as_str()) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
