//! Orders and questions in words.

use todo_events::Status;

use super::{describe_due, describe_rule, describe_task, list, priority, time};
use crate::{
    Changes, Command, Context, DayRange, DueChange, Edit, NewTask, Query, SortField, Target,
};

pub(super) fn command(command: &Command, context: &Context<'_>) -> String {
    let of = |target: &Target| self::target(target, context);
    match command {
        Command::Add(task) => describe_task(task, context),
        Command::AddMany(tasks) => several(tasks, context),
        Command::List(query) => {
            let verb = if query.count_only { "count" } else { "show" };
            format!("{verb} {}", self::query(query, context))
        }
        Command::Show(target) => format!("show {}", of(target)),
        Command::Complete(target) => format!("complete {}", of(target)),
        Command::Reopen(target) => format!("reopen {}", of(target)),
        Command::Update { target, changes } => {
            format!("change {}: {}", of(target), self::changes(changes, context))
        }
        Command::Snooze { target, due } => {
            format!("move {} {}", of(target), due_change(due, context))
        }
        Command::Skip(target) => format!("skip this occurrence of {}", of(target)),
        Command::Delete(target) => format!("delete {}", of(target)),
        Command::Undo => "undo the last change".to_owned(),
        Command::History { target, range } => {
            let whose = target.as_ref().map_or("all tasks".to_owned(), of);
            let days = range.map(|range| format!(" {}", self::range(&range, context)));
            format!("history of {whose}{}", days.unwrap_or_default())
        }
        Command::Pick(number) => format!("choose number {number}"),
        Command::Help => "show help".to_owned(),
        Command::Confirm => "yes".to_owned(),
        Command::Decline => "no".to_owned(),
        Command::SmallTalk(_) | Command::Unknown => String::new(),
    }
}

fn several(tasks: &[NewTask], context: &Context<'_>) -> String {
    let titles: Vec<_> = tasks.iter().map(|task| format!("“{}”", task.title)).collect();
    let shared = tasks.first().map(|task| describe_task(task, context)).unwrap_or_default();
    let tie = if shared.is_empty() { "" } else { ": " };
    format!("{} tasks {}{tie}{shared}", tasks.len(), list(&titles))
}

fn target(target: &Target, context: &Context<'_>) -> String {
    match target {
        Target::Number(number) => format!("task {number}"),
        Target::Numbers(numbers) => {
            let numbers: Vec<_> = numbers.iter().map(u32::to_string).collect();
            format!("tasks {}", list(&numbers))
        }
        Target::Title(title) => format!("“{title}”"),
        Target::Last => "the last task".to_owned(),
        Target::All(query) => format!("all {}", self::query(query, context)),
    }
}

fn query(query: &Query, context: &Context<'_>) -> String {
    let mut words = Vec::new();
    if query.overdue {
        words.push("overdue".to_owned());
    } else {
        words.extend(query.status.map(|status| match status {
            Status::Open => "open".to_owned(),
            Status::Completed => "completed".to_owned(),
        }));
    }
    let levels: Vec<_> =
        query.priorities.iter().filter_map(|p| priority(*p)).map(str::to_owned).collect();
    words.push("tasks".to_owned());
    words.extend((!levels.is_empty()).then(|| format!("of {}", list(&levels))));
    words.extend(query.tags.iter().map(|tag| format!("#{tag}")));
    words.extend(query.project.iter().map(|project| format!("in {project}")));
    words.extend(query.due.map(|days| format!("due {}", range(&days, context))));
    words.extend(query.completed.map(|days| format!("completed {}", range(&days, context))));
    words.extend(query.undated.then(|| "without a due date".to_owned()));
    words.extend(query.text.iter().map(|text| format!("about “{text}”")));
    let keys: Vec<_> = query.sort.iter().map(|sort| field(sort.by).to_owned()).collect();
    words.extend((!keys.is_empty()).then(|| format!("by {}", list(&keys))));
    words.join(" ")
}

fn field(field: SortField) -> &'static str {
    match field {
        SortField::Priority => "priority",
        SortField::Due => "due date",
        SortField::Created => "age",
        SortField::Title => "title",
    }
}

fn range(range: &DayRange, context: &Context<'_>) -> String {
    let day = |day| time::date(day, context);
    match (range.from, range.to) {
        (Some(from), Some(to)) if from == to => day(from),
        (Some(from), Some(to)) => format!("from {} to {}", day(from), day(to)),
        (Some(from), None) => format!("from {}", day(from)),
        (None, Some(to)) => format!("until {}", day(to)),
        (None, None) => "any day".to_owned(),
    }
}

fn due_change(change: &DueChange, context: &Context<'_>) -> String {
    match change {
        DueChange::To(due) => format!("to {}", describe_due(due, context)),
        DueChange::Time(at) => format!("to {}", at.format("%H:%M")),
        DueChange::By { minutes } => {
            let length = time::length(u32::try_from(minutes.unsigned_abs()).unwrap_or(u32::MAX));
            format!("by {length}{}", if *minutes < 0 { " back" } else { "" })
        }
        DueChange::Later { minutes, .. } => format!("{} later", time::length(*minutes)),
        DueChange::Clear => "to no date".to_owned(),
    }
}

fn changes(changes: &Changes, context: &Context<'_>) -> String {
    let mut words = Vec::new();
    words.extend(changes.title.iter().map(|title| format!("title “{title}”")));
    words.extend(
        changes.description.as_ref().map(|d| edit("description", d, |text| format!("“{text}”"))),
    );
    words.extend(changes.due.as_ref().map(|due| format!("due {}", due_change(due, context))));
    words.extend(changes.priority.map(|p| priority(p).unwrap_or("no priority").to_owned()));
    words.extend(changes.add_tags.iter().map(|tag| format!("with #{tag}")));
    words.extend(changes.remove_tags.iter().map(|tag| format!("without #{tag}")));
    words.extend(changes.project.as_ref().map(|p| edit("list", p, String::clone)));
    words
        .extend(changes.duration_minutes.as_ref().map(|d| edit("length", d, |m| time::length(*m))));
    words
        .extend(changes.recurrence.as_ref().map(|r| edit("repeat", r, |r| describe_rule(&r.rule))));
    words.extend(changes.add_reminders.iter().map(|spec| super::reminder(spec, context)));
    words.extend(changes.clear_reminders.then(|| "no reminders".to_owned()));
    words.join(", ")
}

fn edit<T>(what: &str, change: &Edit<T>, text: impl Fn(&T) -> String) -> String {
    match change {
        Edit::Set(value) => format!("{what} {}", text(value)),
        Edit::Clear => format!("no {what}"),
    }
}
