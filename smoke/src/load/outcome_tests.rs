use serde_json::json;

use super::*;

fn made(id: &str, kind: Kind) -> Made {
    let repeats = kind == Kind::Repeating;
    Made {
        id: id.to_owned(),
        title: format!("title of {id}"),
        kind,
        series: repeats.then(|| format!("series of {id}")),
        completed: repeats,
    }
}

fn task(id: &str) -> Value {
    json!({ "id": id, "title": format!("title of {id}"), "series_id": null })
}

fn occurrence(id: &str, of: &str) -> Value {
    json!({ "id": id, "title": format!("title of {of}"), "series_id": format!("series of {of}") })
}

fn entry(task: &str, event: &str, id: &str) -> Value {
    json!({ "task_id": task, "event_type": event, "event_id": id })
}

/// One task of each kind, all of whose promises are kept.
fn kept() -> (Vec<Made>, State, Seen) {
    let all = vec![made("p", Kind::Plain), made("r", Kind::Reminding), made("s", Kind::Repeating)];
    let tasks = vec![task("p"), task("r"), occurrence("s", "s"), occurrence("s2", "s")];
    let trail = vec![
        entry("p", "created", "1"),
        entry("r", "created", "2"),
        entry("s", "created", "3"),
        entry("s", "completed", "4"),
        entry("r", "raised", "n"),
    ];
    let tasks = Everything { items: tasks, sequence: Some(5) };
    let state = State { tasks, trail: Everything { items: trail, sequence: None } };
    let mut page = Seen::default();
    page.sequence = Some(5);
    page.tasks = ["p", "r", "s", "s2"].map(str::to_owned).into();
    page.notifications = [("r".to_owned(), ["n".to_owned()].into())].into();
    (page.sockets, page.lists) = (3, 2);
    (all, state, page)
}

fn outcome(change: impl FnOnce(&mut Vec<Made>, &mut State, &mut Seen)) -> Outcome {
    let (mut made, mut state, mut page) = kept();
    change(&mut made, &mut state, &mut page);
    Outcome::of(&made, &state, &page)
}

#[test]
fn nothing_is_missing_when_everything_is_there() {
    let all = outcome(|_, _, _| {});
    assert!(all.is_kept(), "{all:?}");
    assert_eq!((all.tasks, all.reconnects, all.relists), (3, 2, 1));
}

#[test]
fn what_the_trail_lacks_is_named() {
    let lacking = outcome(|_, state, _| state.trail.items.clear());
    let names = ["p created", "r created", "s created", "s completed"];
    assert_eq!(lacking.missing_audit, names);
    assert!(lacking.missing_reminders.is_empty(), "the page has seen it");
}

#[test]
fn a_page_must_know_every_task_and_every_change() {
    let behind = outcome(|_, _, page| {
        page.sequence = Some(3);
        page.tasks.remove("p");
    });
    assert_eq!(behind.missing_frames, ["p", "changes 4 to 5"]);
}

#[test]
fn a_completed_task_is_followed_by_one() {
    let none = outcome(|_, state, _| drop(state.tasks.items.pop()));
    assert_eq!(none.missing_occurrences, ["s"]);
    let two = outcome(|_, state, _| state.tasks.items.push(occurrence("s3", "s")));
    assert_eq!(two.double_occurrences, ["s"]);
    let open = outcome(|made, state, _| {
        made[2].completed = false;
        state.tasks.items.pop();
    });
    assert!(open.is_kept(), "nothing is promised before the completion is acknowledged: {open:?}");
}

#[test]
fn a_reminder_is_told_under_one_id() {
    let none = outcome(|_, state, page| {
        state.trail.items.pop();
        page.notifications.clear();
    });
    assert_eq!(none.missing_reminders, ["r"]);
    let unseen = outcome(|_, _, page| page.notifications.clear());
    assert!(!unseen.is_kept() && unseen.unseen_reminders == ["r"]);
    let two = outcome(|_, state, _| state.trail.items.push(entry("r", "raised", "other")));
    assert_eq!(two.double_reminders, ["r"]);
}

#[test]
fn a_key_makes_one_task() {
    let two = outcome(|_, state, _| state.tasks.items.push(task("p")));
    assert_eq!(two.double_tasks, ["title of p"]);
}
