//! Changes that a line asks for, and the way back from them, as changes of fields.

use chrono::{DateTime, Utc};
use todo_events::{Due, ReminderSpec, Task};
use todo_language::{Changes, Edit};
use todo_recurrence::Zone;

use super::{begin, due};
use crate::domain::{PatchInput, RecurrenceInput, ResolvedDue, Tri, first_occurrence};

/// The fields of a task that change.
pub(super) fn forward(
    task: &Task,
    changes: &Changes,
    zone: &Zone,
    now: DateTime<Utc>,
) -> PatchInput {
    let recurrence = edit(changes.recurrence.as_ref(), begin::repeat);
    PatchInput {
        title: changes.title.clone().map_or(Tri::Keep, Tri::Set),
        description: edit(changes.description.as_ref(), String::clone),
        priority: changes.priority.map_or(Tri::Keep, Tri::Set),
        tags: tags(task, changes),
        project: edit(changes.project.as_ref(), String::clone),
        due: new_due(task, changes, &recurrence, zone, now),
        duration_minutes: edit(changes.duration_minutes.as_ref(), |minutes| *minutes),
        reminders: reminders(task, changes),
        recurrence,
    }
}

fn edit<T, U>(edit: Option<&Edit<T>>, value: impl Fn(&T) -> U) -> Tri<U> {
    match edit {
        None => Tri::Keep,
        Some(Edit::Clear) => Tri::Clear,
        Some(Edit::Set(new)) => Tri::Set(value(new)),
    }
}

fn tags(task: &Task, changes: &Changes) -> Tri<Vec<String>> {
    if changes.add_tags.is_empty() && changes.remove_tags.is_empty() {
        return Tri::Keep;
    }
    let removed = |tag: &String| changes.remove_tags.iter().any(|gone| gone.to_lowercase() == *tag);
    let kept = task.tags.iter().filter(|tag| !removed(tag));
    Tri::Set(kept.chain(&changes.add_tags).cloned().collect())
}

fn reminders(task: &Task, changes: &Changes) -> Tri<Vec<ReminderSpec>> {
    if changes.add_reminders.is_empty() && !changes.clear_reminders {
        return Tri::Keep;
    }
    let kept = if changes.clear_reminders { Vec::new() } else { wishes(task) };
    let new = changes.add_reminders.iter().filter(|wish| !kept.contains(wish)).cloned();
    Tri::Set(kept.iter().cloned().chain(new).collect())
}

fn wishes(task: &Task) -> Vec<ReminderSpec> {
    task.reminders.iter().map(|reminder| reminder.spec.clone()).collect()
}

/// The due named, or the one a new repeat begins with where there is none yet.
fn new_due(
    task: &Task,
    changes: &Changes,
    recurrence: &Tri<RecurrenceInput>,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Tri<Due> {
    if let Some(change) = &changes.due {
        return due::changed(task.due.as_ref(), change, zone, now).map_or(Tri::Clear, Tri::Set);
    }
    let Tri::Set(recurrence) = recurrence else { return Tri::Keep };
    if task.due.is_some() {
        return Tri::Keep;
    }
    let today = ResolvedDue::new(Due::Date(zone.date(now)), zone);
    // A repeat that never happens is refused when it is stored.
    first_occurrence(&today, recurrence)
        .map_or(Tri::Keep, |first| Tri::Set(Due::Date(first.date(zone))))
}

/// The fields of `after` that differ, as they were `before`.
pub(super) fn back(before: &Task, after: &Task, now: DateTime<Utc>) -> PatchInput {
    let repeat = |task: &Task| {
        task.recurrence.as_ref().map(|recurrence| RecurrenceInput {
            rule: recurrence.rule.clone(),
            mode: recurrence.mode,
            except: recurrence.except.clone(),
        })
    };
    let (wished, wishes) = (wishes(before), wishes(after));
    PatchInput {
        title: whole(&before.title, &after.title),
        description: whole(&before.description, &after.description),
        priority: whole(&before.priority, &after.priority),
        tags: whole(&before.tags, &after.tags),
        project: optional(before.project.as_ref(), after.project.as_ref()),
        due: optional(before.due.as_ref(), after.due.as_ref()),
        duration_minutes: optional(
            before.duration_minutes.as_ref(),
            after.duration_minutes.as_ref(),
        ),
        reminders: match whole(&wished, &wishes) {
            Tri::Set(wishes) => Tri::Set(still_ahead(wishes, now)),
            other => other,
        },
        recurrence: optional(repeat(before).as_ref(), repeat(after).as_ref()),
    }
}

/// Without the reminders whose own moment has passed: they cannot be asked for any more.
pub(super) fn still_ahead(mut wishes: Vec<ReminderSpec>, now: DateTime<Utc>) -> Vec<ReminderSpec> {
    wishes.retain(|wish| !matches!(wish, ReminderSpec::At { at, .. } if *at <= now));
    wishes
}

fn whole<T: Clone + PartialEq>(before: &T, after: &T) -> Tri<T> {
    if before == after { Tri::Keep } else { Tri::Set(before.clone()) }
}

fn optional<T: Clone + PartialEq>(before: Option<&T>, after: Option<&T>) -> Tri<T> {
    if before == after { Tri::Keep } else { before.cloned().map_or(Tri::Clear, Tri::Set) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::chat::words::tests::task;

    #[test]
    fn labels_are_added_and_taken_off() {
        let mut mom = task(12, "Call mom", json!(null));
        mom.tags = vec!["home".into(), "phone".into()];
        let changes = Changes {
            add_tags: vec!["family".into()],
            remove_tags: vec!["Home".into()],
            ..Changes::default()
        };
        let patch = forward(&mom, &changes, &Zone::utc(), DateTime::UNIX_EPOCH);
        assert_eq!(patch.tags, Tri::Set(vec!["phone".into(), "family".into()]));
        assert_eq!((patch.due, patch.title), (Tri::Keep, Tri::Keep));
    }

    #[test]
    fn the_way_back_names_only_what_differs() {
        let before = task(12, "Call mom", json!({"date": "2026-11-22"}));
        let mut after = task(12, "Call mum", json!({"date": "2026-11-22"}));
        after.project = Some("family".into());
        let patch = back(&before, &after, DateTime::UNIX_EPOCH);
        assert_eq!(patch.title, Tri::Set("Call mom".into()));
        assert_eq!(patch.project, Tri::Clear);
        assert_eq!((patch.due, patch.recurrence), (Tri::Keep, Tri::Keep));
    }
}
