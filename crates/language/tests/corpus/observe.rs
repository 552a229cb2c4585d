//! A command in the vocabulary of a corpus.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use todo_events::{Due, Priority, ReminderSpec, Status};
use todo_language::{
    Changes, Command, Context, DayRange, DueChange, Edit, NewTask, Query, Repeat, SortField, Target,
};
use todo_recurrence::{Mode, Rule, Series, Skip, Start, Until};

pub(crate) fn command(command: &Command, context: &Context<'_>) -> Map<String, Value> {
    let mut seen = Map::new();
    let mut put = |key: &str, value: Value| {
        seen.insert(key.to_owned(), value);
    };
    put("intent", intent(command).into());
    match command {
        Command::Add(task) => {
            return [("intent".to_owned(), "add".into())]
                .into_iter()
                .chain(self::task(task, context))
                .collect();
        }
        Command::AddMany(tasks) => {
            put("items", tasks.iter().map(|t| Value::Object(task(t, context))).collect());
            put("project", tasks.first().and_then(|t| t.project.clone()).into());
        }
        Command::List(query) => {
            put("filter", filter(query));
            put("sort", sort(query));
            put("count_only", query.count_only.into());
        }
        Command::Update { target, changes } => {
            put("select", select(target));
            put("set", set(changes, context));
        }
        Command::Snooze { target, due } => {
            put("select", select(target));
            put("set", json!({ "due": due_change(due, context) }));
        }
        Command::Complete(t)
        | Command::Reopen(t)
        | Command::Delete(t)
        | Command::Skip(t)
        | Command::Show(t) => {
            put("select", select(t));
        }
        Command::History { target, range } => {
            put("select", target.as_ref().map_or(Value::Null, select));
            put("filter", range.map_or(json!({}), |range| moments(&range)));
        }
        Command::Pick(number) => put("number", (*number).into()),
        Command::Undo => put("select", json!({ "last_action": true })),
        _ => {}
    }
    seen
}

fn intent(command: &Command) -> &'static str {
    match command {
        Command::Add(_) => "add",
        Command::AddMany(_) => "add_many",
        Command::List(_) => "list",
        Command::Show(_) => "show",
        Command::Complete(_) => "complete",
        Command::Reopen(_) => "reopen",
        Command::Update { .. } | Command::Snooze { .. } => "update",
        Command::Skip(_) => "skip",
        Command::Delete(_) => "delete",
        Command::Undo => "undo",
        Command::History { .. } => "history",
        Command::Pick(_) => "pick",
        Command::Help => "help",
        Command::Confirm => "confirm",
        Command::Decline => "decline",
        _ => "none",
    }
}

fn task(task: &NewTask, context: &Context<'_>) -> Map<String, Value> {
    let recurrence = task.recurrence.as_ref().map(|r| repeat(r, task.due.as_ref(), context));
    let value = json!({
        "title": task.title,
        "description": task.description,
        "due": task.due.as_ref().map(|d| due(d, context)),
        "priority": priority(task.priority),
        "tags": task.tags,
        "project": task.project,
        "duration_minutes": task.duration_minutes,
        "reminders": reminders(&task.reminders),
        "recurrence": recurrence,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn due(due: &Due, context: &Context<'_>) -> Value {
    match due {
        Due::Date(date) => json!({ "date": date }),
        Due::Local(nominal) => {
            let at = context.zone.resolve(*nominal);
            let local = context.zone.local(at);
            let text = |t: chrono::NaiveDateTime| t.format("%Y-%m-%dT%H:%M").to_string();
            json!({ "local": text(local), "nominal": text(*nominal), "utc": utc(at) })
        }
        Due::At { at, .. } => json!({ "utc": utc(*at) }),
    }
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn priority(priority: Priority) -> Value {
    match priority {
        Priority::Urgent => "p1".into(),
        Priority::High => "p2".into(),
        Priority::Medium => "p3".into(),
        Priority::Low => "p4".into(),
        Priority::None => Value::Null,
    }
}

fn reminders(list: &[ReminderSpec]) -> Value {
    list.iter()
        .map(|spec| match spec {
            ReminderSpec::Before { before_minutes, channel } => {
                json!({ "before_minutes": before_minutes, "channel": channel })
            }
            ReminderSpec::At { at, channel } => json!({ "at": utc(*at), "channel": channel }),
        })
        .collect()
}

/// The rule with its end as a local time, as a corpus writes it, and its first occurrences.
fn repeat(repeat: &Repeat, first: Option<&Due>, context: &Context<'_>) -> Value {
    let mut value = json!({
        "rrule": canonical(&repeat.rule.to_string()),
        "mode": match repeat.mode { Mode::Schedule => "schedule", Mode::AfterCompletion => "completion" },
        "except": repeat.except,
    });
    if let Rule::Rrule(rule) = &repeat.rule
        && rule.skip() == Skip::Backward
    {
        value["skip"] = "BACKWARD".into();
    }
    let start = match first {
        Some(Due::Date(date)) => Start::AllDay(*date),
        Some(Due::Local(local)) => Start::Timed(*local),
        Some(Due::At { at, .. }) => Start::At(*at),
        None => return value,
    };
    let series = Series::new(
        start,
        repeat.rule.clone(),
        repeat.mode,
        context.zone.clone(),
        repeat.except.clone(),
    );
    if let Ok(series) = series {
        let next: Vec<_> = series.occurrences(context.now).take(4).collect();
        value["first"] = next.iter().map(|o| o.start.to_string()).collect();
        value["first_utc"] = next.iter().map(|o| utc(o.at)).collect();
    } else {
        value["first"] = "no series".into();
    }
    value
}

/// One text for rules that mean the same: canonical order, UNTIL as the end of its day, no SKIP.
pub(crate) fn canonical(text: &str) -> String {
    let Ok(rule) = text.parse::<Rule>() else { return text.to_owned() };
    let Rule::Rrule(parts) = &rule else { return rule.to_string() };
    let mut text = rule.to_string().replace(";SKIP=BACKWARD", "");
    if let Some(Until::Date(date)) = parts.until() {
        let day = date.format("%Y%m%d").to_string();
        text = text.replace(&format!("UNTIL={day}"), &format!("UNTIL={day}T235959"));
    }
    text
}

pub(crate) fn select(target: &Target) -> Value {
    match target {
        Target::Number(number) => json!({ "ref": number }),
        Target::Numbers(list) => json!({ "refs": list }),
        Target::Title(title) => json!({ "title_like": title }),
        Target::Last => json!({ "last": true }),
        Target::All(query) => json!({ "filter": filter(query) }),
    }
}

fn set(changes: &Changes, context: &Context<'_>) -> Value {
    let mut set = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        value.map(|value| set.insert(key.to_owned(), value));
    };
    let tags = |list: &[String]| (!list.is_empty()).then(|| json!(list));
    put("title", changes.title.clone().map(Value::from));
    put("description", changes.description.as_ref().map(edit));
    put("due", changes.due.as_ref().map(|change| due_change(change, context)));
    put("priority", changes.priority.map(priority));
    put("add_tags", tags(&changes.add_tags));
    put("remove_tags", tags(&changes.remove_tags));
    put("project", changes.project.as_ref().map(edit));
    put("duration_minutes", changes.duration_minutes.as_ref().map(edit));
    put(
        "reminders",
        (!changes.add_reminders.is_empty()).then(|| reminders(&changes.add_reminders)),
    );
    put("clear_reminders", changes.clear_reminders.then_some(true.into()));
    put(
        "recurrence",
        changes.recurrence.as_ref().map(|change| match change {
            Edit::Set(value) => repeat(value, None, context),
            Edit::Clear => Value::Null,
        }),
    );
    Value::Object(set)
}

fn edit<T: Clone + Into<Value>>(change: &Edit<T>) -> Value {
    match change {
        Edit::Set(value) => value.clone().into(),
        Edit::Clear => Value::Null,
    }
}

fn due_change(change: &DueChange, context: &Context<'_>) -> Value {
    match change {
        DueChange::To(to) | DueChange::Later { from_now: to, .. } => due(to, context),
        DueChange::Time(time) => json!({ "time": time.format("%H:%M").to_string() }),
        DueChange::By { minutes } => json!({ "by_minutes": minutes }),
        DueChange::Clear => Value::Null,
    }
}

fn filter(query: &Query) -> Value {
    let mut filter = Map::new();
    let mut put = |key: &str, value: Value| {
        filter.insert(key.to_owned(), value);
    };
    put(
        "status",
        match query.status {
            None => "all".into(),
            Some(Status::Open) => "pending".into(),
            Some(Status::Completed) => "completed".into(),
        },
    );
    if let Some(DayRange { from, to }) = query.due {
        put("due_from", json!(from));
        put("due_to", json!(to));
    }
    if let Some(DayRange { from, to }) = query.completed {
        put("completed_from", json!(from));
        put("completed_to", json!(to));
    }
    if !query.priorities.is_empty() {
        put("priority", query.priorities.iter().map(|p| priority(*p)).collect());
    }
    if !query.tags.is_empty() {
        put("tags", json!(query.tags));
    }
    if query.overdue {
        put("overdue", true.into());
    }
    if query.undated {
        put("undated", true.into());
    }
    if let Some(project) = &query.project {
        put("project", project.clone().into());
    }
    if let Some(text) = &query.text {
        put("q", text.clone().into());
    }
    Value::Object(filter)
}

fn sort(query: &Query) -> Value {
    let by = |field| match field {
        SortField::Priority => "priority",
        SortField::Due => "due",
        SortField::Created => "created",
        SortField::Title => "title",
    };
    let dir = |descending| if descending { "desc" } else { "asc" };
    query.sort.iter().map(|s| json!({ "by": by(s.by), "dir": dir(s.descending) })).collect()
}

/// Whole days as moments, the end not included.
fn moments(range: &DayRange) -> Value {
    let start = |day: NaiveDate| format!("{day}T00:00");
    json!({
        "from": range.from.map(start),
        "to": range.to.and_then(|day| day.checked_add_days(Days::new(1))).map(start),
    })
}
