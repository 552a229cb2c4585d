//! What was understood, in words: for the preview under the input and for replies.
//!
//! Dates, times and rules are written so that reading them gives the same again; a property test
//! holds the two sides together.

mod order;
mod rule;
mod time;

pub use rule::describe_rule;
pub use time::describe_due;

use todo_events::{Channel, Priority, ReminderSpec};
use todo_recurrence::Mode;

use crate::{Context, Interpretation, NewTask};

/// What a command does, in one phrase: "tomorrow 17:00, then every Friday", "delete task 3".
pub fn describe(interpretation: &Interpretation, context: &Context<'_>) -> String {
    order::command(&interpretation.command, context)
}

/// Everything a task says beside its title; empty when it says nothing.
pub fn describe_task(task: &NewTask, context: &Context<'_>) -> String {
    let mut parts = Vec::new();
    let due = task.due.as_ref().map(|due| describe_due(due, context));
    let repeat = task.recurrence.as_ref().map(|repeat| match repeat.mode {
        Mode::Schedule => describe_rule(&repeat.rule),
        Mode::AfterCompletion => format!("{} after it is done", describe_rule(&repeat.rule)),
    });
    let except =
        task.recurrence.as_ref().filter(|repeat| !repeat.except.is_empty()).map(|repeat| {
            let days: Vec<_> = repeat.except.iter().map(|day| time::date(*day, context)).collect();
            format!(" except {}", list(&days))
        });
    match (due, repeat) {
        (Some(due), Some(repeat)) => {
            parts.push(format!("{due}, then {repeat}{}", except.unwrap_or_default()));
        }
        (Some(due), None) => parts.push(due),
        (None, repeat) => parts.extend(repeat),
    }
    parts.extend(task.duration_minutes.map(|minutes| format!("for {}", time::length(minutes))));
    parts.extend(task.reminders.iter().map(|spec| reminder(spec, context)));
    parts.extend(priority(task.priority).map(str::to_owned));
    parts.extend(task.tags.iter().map(|tag| format!("#{tag}")));
    parts.extend(task.project.iter().map(|project| format!("in {project}")));
    parts.join(", ")
}

fn reminder(spec: &ReminderSpec, context: &Context<'_>) -> String {
    let (when, channel) = match spec {
        ReminderSpec::Before { before_minutes: 0, channel } => {
            ("when it is due".to_owned(), channel)
        }
        ReminderSpec::Before { before_minutes, channel } => {
            (format!("{} before", time::length(*before_minutes)), channel)
        }
        ReminderSpec::At { at, channel } => {
            (time::moment(context.zone.local(*at), context), channel)
        }
    };
    let how = match channel {
        Channel::Push => "",
        Channel::Email => " by e-mail",
        Channel::Webhook => " by webhook",
    };
    format!("reminder {when}{how}")
}

/// The name of a priority; `None` for none.
fn priority(priority: Priority) -> Option<&'static str> {
    match priority {
        Priority::None => None,
        Priority::Low => Some("low priority"),
        Priority::Medium => Some("medium priority"),
        Priority::High => Some("high priority"),
        Priority::Urgent => Some("urgent priority"),
    }
}

/// "a", "a and b", "a, b and c".
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
