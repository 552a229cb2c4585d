//! A task as the language read it becomes one that can be stored.

use chrono::{DateTime, Utc};
use todo_events::Task;
use todo_language as language;
use todo_recurrence::Zone;

use super::{
    answer::{Action, Answer},
    conversation::Undo,
    talk::Talk,
    words,
};
use crate::{
    domain::{Faults, NewTask, RecurrenceInput, ResolvedDue, TaskInput, Tri},
    store::{CreateOutcome, StoreError},
};

/// Why a task is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It would be overdue at once.
    Past,
    /// It breaks rules.
    Invalid(Faults),
}

/// Checks a task that a line asks for.
///
/// # Errors
/// When its due has passed, or it breaks a rule.
pub(crate) fn new_task(
    said: &language::NewTask,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Result<NewTask, Refusal> {
    if said.due.clone().is_some_and(|due| ResolvedDue::new(due, zone).due_at < now) {
        return Err(Refusal::Past);
    }
    let input = TaskInput {
        title: said.title.clone(),
        description: said.description.clone().unwrap_or_default(),
        priority: said.priority,
        tags: said.tags.clone(),
        project: said.project.clone(),
        due: said.due.clone(),
        duration_minutes: said.duration_minutes,
        reminders: (!said.reminders.is_empty()).then(|| said.reminders.clone()),
        recurrence: said.recurrence.as_ref().map(repeat),
    };
    NewTask::parse(input, now).map_err(Refusal::Invalid)
}

/// A repeat in the terms of the store.
pub(super) fn repeat(said: &language::Repeat) -> RecurrenceInput {
    let language::Repeat { rule, mode, except } = said.clone();
    RecurrenceInput { rule, mode, except }
}

impl Talk<'_> {
    /// Makes tasks: all of them, or none when one cannot be.
    pub(super) async fn add(&self, said: &[language::NewTask]) -> Result<Answer, StoreError> {
        let mut checked = Vec::with_capacity(said.len());
        for task in said {
            match new_task(task, self.zone(), self.now) {
                Ok(task) => checked.push(task),
                Err(refusal) => return Ok(self.not_added(task, &refusal)),
            }
        }
        let mut added = Vec::with_capacity(checked.len());
        for task in &checked {
            match self.make(task).await {
                Ok(task) => added.push(task),
                Err(StoreError::Invalid(faults)) if added.is_empty() => {
                    let rules = words::broken_rules(&faults);
                    let reply = format!("I cannot add {}: {rules}.", words::quoted(&task.title));
                    return Ok(Answer::new(Action::Unknown, reply));
                }
                // What is stored is stored: saying only that something failed would have it said again.
                Err(_) if !added.is_empty() => {
                    let missing = words::count(checked.len() - added.len());
                    let note = format!("{missing} could not be stored; please say them again.");
                    return Ok(self.added(added).saying(&note));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self.added(added))
    }

    async fn make(&self, task: &NewTask) -> Result<Task, StoreError> {
        match self.app.tasks.create(task, &self.origin, None).await? {
            CreateOutcome::Created(task, _) | CreateOutcome::Replayed(task) => Ok(task.read()?),
            CreateOutcome::KeyReused => Err(StoreError::Unsettled),
        }
    }

    fn added(&self, tasks: Vec<Task>) -> Answer {
        let reply = match &tasks[..] {
            [task] => {
                let details = words::details(task, &self.voice());
                let tie = match (&task.due, details.is_empty()) {
                    (_, true) => "",
                    (Some(_), false) => " for ",
                    (None, false) => ", ",
                };
                let title = words::quoted(&task.title);
                format!("Added {title}{tie}{details} (#{}).", task.number)
            }
            tasks => {
                let lines = words::lines(tasks, false, &self.voice());
                format!("Added {}:{lines}", words::count(tasks.len()))
            }
        };
        let numbers = tasks.iter().map(|task| task.number).collect();
        Answer::new(Action::Added, reply)
            .touching(tasks)
            .undoable(Tri::Set(Undo::Added { tasks: numbers }))
            .suggesting(["undo", "show my tasks"])
    }

    fn not_added(&self, said: &language::NewTask, refusal: &Refusal) -> Answer {
        let title = words::quoted(&said.title);
        match refusal {
            Refusal::Past => {
                let due = said.due.as_ref();
                let due = due.map(|due| language::describe_due(due, &self.context()));
                let due = due.unwrap_or_default();
                Answer::nothing(format!("{due} is in the past, so I did not add {title}."))
            }
            Refusal::Invalid(faults) => {
                let rules = words::broken_rules(faults);
                Answer::new(Action::Unknown, format!("I cannot add {title}: {rules}."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use todo_language::{Command, Context, Locale, interpret};

    use super::*;

    fn read(line: &str) -> Result<NewTask, Refusal> {
        let zone: Zone = "Asia/Karachi".parse().unwrap();
        let now = DateTime::parse_from_rfc3339("2026-11-21T09:00:00Z").unwrap().to_utc();
        let found = interpret(line, &Context::new(now, &zone, Locale::default())).unwrap();
        let Command::Add(said) = found.command else { panic!("{line}: {found:?}") };
        new_task(&said, &zone, now)
    }

    #[test]
    fn a_line_becomes_a_task() {
        let task = read("Call mom tomorrow at 5pm #family remind me an hour before").unwrap();
        assert_eq!(task.title, "Call mom");
        assert_eq!(task.tags, ["family"]);
        assert_eq!(task.reminders.map(|list| list.len()), Some(1));
        assert_eq!(read("Call mom").unwrap().reminders, None, "left to the user's default");
    }

    #[test]
    fn the_past_is_refused_and_today_is_not() {
        assert_eq!(read("Call mom 2020-01-31"), Err(Refusal::Past));
        assert!(read("Call mom today").is_ok());
    }
}
