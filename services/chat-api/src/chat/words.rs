//! Tasks and counts in words.

use todo_events::{ReminderSpec, Status, Task};
use todo_language::{Context, NewTask, Repeat, describe_task};

use crate::domain::Faults;

/// Characters of a title in a reply.
const MAX_TITLE: usize = 80;
/// Lines of a list in a reply; the answer's tasks hold all.
const MAX_LINES: usize = 10;

/// A title in quotation marks, shortened.
pub(super) fn quoted(title: &str) -> String {
    let mut shown: String = title.chars().take(MAX_TITLE).collect();
    if shown.len() < title.len() {
        shown.push('…');
    }
    format!("“{shown}”")
}

/// "1 task", "3 tasks".
pub(super) fn count(tasks: usize) -> String {
    format!("{tasks} task{}", if tasks == 1 { "" } else { "s" })
}

/// “Call mom” or, of several, "3 tasks: “a”, “b” and “c”".
pub(super) fn named(tasks: &[Task]) -> String {
    let titles: Vec<_> = tasks.iter().map(|task| quoted(&task.title)).collect();
    match &titles[..] {
        [] => count(0),
        [one] => one.clone(),
        [first @ .., last] if titles.len() <= 5 => {
            format!("{}: {} and {last}", count(titles.len()), first.join(", "))
        }
        [..] => format!("{}: {}, …", count(titles.len()), titles[..4].join(", ")),
    }
}

/// How tasks are put into words for one user.
pub(super) struct Voice<'a> {
    pub(super) context: Context<'a>,
    /// Minutes of the reminder that every task gets, which goes without saying.
    pub(super) usual_reminder: Option<u32>,
}

/// Everything a task says beside its title: "tomorrow 17:00, high priority".
pub(super) fn details(task: &Task, voice: &Voice<'_>) -> String {
    let mut said = as_said(task);
    let usual = |wish: &ReminderSpec| match wish {
        ReminderSpec::Before { before_minutes, .. } => {
            Some(*before_minutes) == voice.usual_reminder
        }
        ReminderSpec::At { .. } => false,
    };
    said.reminders.retain(|wish| !usual(wish));
    describe_task(&said, &voice.context)
}

/// "#12 Call mom — tomorrow 17:00", with a tick when it is done.
pub(super) fn line(task: &Task, voice: &Voice<'_>) -> String {
    let tick = match task.status {
        Status::Open => "",
        Status::Completed => "✓ ",
    };
    let details = details(task, voice);
    let tie = if details.is_empty() { "" } else { " — " };
    let title: String = task.title.chars().take(MAX_TITLE).collect();
    format!("#{} {tick}{title}{tie}{details}", task.number)
}

/// One line for each task, and how many more there are. With `places`, lines are counted for choosing.
pub(super) fn lines(tasks: &[Task], places: bool, voice: &Voice<'_>) -> String {
    let shown = tasks.iter().take(MAX_LINES).enumerate();
    let mut text: String = shown
        .map(|(place, task)| {
            let place = if places { format!("{}. ", place + 1) } else { String::new() };
            format!("\n{place}{}", line(task, voice))
        })
        .collect();
    if tasks.len() > MAX_LINES {
        text.push_str(&format!("\n… and {} more.", tasks.len() - MAX_LINES));
    }
    text
}

/// Rules that a line breaks, as the end of a sentence.
pub(super) fn broken_rules(faults: &Faults) -> String {
    let rule = |pointer: &str, detail: &str| {
        let field = pointer.split('/').nth(1).unwrap_or_default().replace('_', " ");
        // "must not be empty" goes on from the field; "at most 30 tags" does not.
        let verb = ["must", "may", "needs", "is", "are", "has", "cannot"]
            .iter()
            .any(|verb| detail.split(' ').next() == Some(verb));
        format!("its {field}{} {detail}", if verb { "" } else { ":" })
    };
    let rules: Vec<_> = faults.0.iter().map(|fault| rule(&fault.pointer, &fault.detail)).collect();
    rules.join("; ")
}

/// A stored task in the terms of the language, which has the words for it.
fn as_said(task: &Task) -> NewTask {
    NewTask {
        description: None,
        due: task.due.clone(),
        priority: task.priority,
        tags: task.tags.clone(),
        project: task.project.clone(),
        duration_minutes: task.duration_minutes,
        reminders: task.reminders.iter().map(|reminder| reminder.spec.clone()).collect(),
        recurrence: task.recurrence.as_ref().map(|recurrence| Repeat {
            rule: recurrence.rule.clone(),
            mode: recurrence.mode,
            except: recurrence.except.clone(),
        }),
        ..NewTask::titled(task.title.clone())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use todo_language::Locale;
    use todo_recurrence::Zone;

    use super::*;

    /// A task with a number, a title and a due.
    pub(crate) fn task(number: u64, title: &str, due: serde_json::Value) -> Task {
        serde_json::from_value(json!({
            "id": "01890a5d-ac96-774b-bcce-b302099a8057", "number": number, "user_id": "zia",
            "title": title, "description": "", "status": "open", "priority": "none", "tags": [],
            "project": null, "due": due, "due_at": null, "zone": "Asia/Karachi",
            "duration_minutes": null, "reminders": [], "recurrence": null, "series_id": null,
            "revision": 1, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
            "completed_at": null, "created_by": "chat",
        }))
        .unwrap()
    }

    #[test]
    fn tasks_read_as_people_say_them() {
        let zone: Zone = "Asia/Karachi".parse().unwrap();
        let now = DateTime::parse_from_rfc3339("2026-11-21T09:00:00Z").unwrap().to_utc();
        let context = Context::new(now, &zone, Locale::default());
        let voice = Voice { context, usual_reminder: Some(30) };
        let mut mom = task(12, "Call mom", json!({"local": "2026-11-22T17:00"}));
        let milk = task(13, "Buy milk", json!(null));
        assert_eq!(line(&mom, &voice), "#12 Call mom — tomorrow 17:00");
        assert_eq!(line(&milk, &voice), "#13 Buy milk");
        mom.reminders = serde_json::from_value(json!([
            {"before_minutes": 30, "remind_at": "2026-11-22T11:30:00Z"},
            {"before_minutes": 60, "remind_at": "2026-11-22T11:00:00Z"},
        ]))
        .unwrap();
        assert_eq!(line(&mom, &voice), "#12 Call mom — tomorrow 17:00, reminder 1 hour before");
        assert_eq!(named(&[mom.clone(), milk.clone()]), "2 tasks: “Call mom” and “Buy milk”");
        assert_eq!(named(&vec![milk.clone(); 6]).matches("milk").count(), 4);
        let list = lines(&vec![milk; 12], true, &voice);
        assert!(list.starts_with("\n1. #13") && list.ends_with("… and 2 more."), "{list}");
    }

    #[test]
    fn long_titles_are_shortened_on_characters() {
        assert_eq!(quoted(&"ü".repeat(100)).chars().count(), MAX_TITLE + 3);
        assert_eq!(quoted("short"), "“short”");
    }
}
