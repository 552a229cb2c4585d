//! The decision as a table: a completed task, and what comes after it.

use serde_json::{Value, json};

use super::*;

/// A completed task of somebody in `zone`; `fields` stand over the usual ones.
fn completed(zone: &str, due: Value, recurrence: Value, completed_at: &str) -> Task {
    let id = "01934b1e-0000-7000-8000-000000000001";
    serde_json::from_value(json!({
        "id": id, "number": 1, "user_id": "ada", "title": "Pay rent", "description": "",
        "status": "completed", "priority": "none", "tags": [], "project": null, "due": due,
        "due_at": null, "zone": zone, "duration_minutes": null, "reminders": [],
        "recurrence": recurrence, "series_id": id, "revision": 2,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "completed_at": completed_at, "created_by": "chat"
    }))
    .unwrap()
}

fn repeats(rule: &str, anchor: &str) -> Value {
    json!({"rule": rule, "mode": "schedule", "anchor": anchor})
}

/// The occurrence after a task as key, due, the instant it is due, and those missed.
fn occurrence(task: &Task) -> (String, Value, String, u32) {
    match after(task).unwrap() {
        Decision::Occurrence { key, due: NextDue { due, due_at, missed, .. } } => {
            (key.to_string(), json!(due), json!(due_at).as_str().unwrap().to_owned(), missed)
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn expect(task: &Task, key: &str, due: Value, due_at: &str, missed: u32) {
    assert_eq!(occurrence(task), (key.to_owned(), due, due_at.to_owned(), missed));
}

#[test]
fn a_due_keeps_its_kind() {
    let friday = repeats("FREQ=WEEKLY;BYDAY=FR", "2026-11-20");
    let day =
        completed("Asia/Karachi", json!({"date": "2026-11-20"}), friday, "2026-11-20T10:00:00Z");
    expect(&day, "2026-11-27", json!({"date": "2026-11-27"}), "2026-11-27T18:59:59Z", 0);

    let daily = repeats("FREQ=DAILY", "2026-11-20T17:00");
    let due = json!({"local": "2026-11-22T17:00"});
    let local = completed("Asia/Karachi", due, daily.clone(), "2026-11-22T11:00:00Z");
    let due = json!({"local": "2026-11-23T17:00"});
    expect(&local, "2026-11-23T17:00", due, "2026-11-23T12:00:00Z", 0);

    // The due's own zone counts, wherever its owner is.
    let due = json!({"at": "2026-11-22T12:00:00Z", "zone": "Asia/Karachi"});
    let zoned = completed("America/New_York", due, daily, "2026-11-22T11:00:00Z");
    let due = json!({"at": "2026-11-23T12:00:00Z", "zone": "Asia/Karachi"});
    expect(&zoned, "2026-11-23T17:00", due, "2026-11-23T12:00:00Z", 0);
}

#[test]
fn the_wall_clock_is_kept_when_the_clocks_change() {
    let ny = "America/New_York";
    let daily = |time: &str, day: &str, at: &str| {
        let due = json!({"local": format!("{day}T{time}")});
        completed(ny, due, repeats("FREQ=DAILY", &format!("2026-03-01T{time}")), at)
    };
    let due = |text: &str| json!({"local": text});
    let spring = daily("09:00", "2026-03-07", "2026-03-07T15:00:00Z");
    expect(&spring, "2026-03-08T09:00", due("2026-03-08T09:00"), "2026-03-08T13:00:00Z", 0);
    let gap = daily("02:30", "2026-03-07", "2026-03-07T15:00:00Z");
    expect(&gap, "2026-03-08T02:30", due("2026-03-08T02:30"), "2026-03-08T07:30:00Z", 0);
    let after_gap = daily("02:30", "2026-03-08", "2026-03-08T15:00:00Z");
    expect(&after_gap, "2026-03-09T02:30", due("2026-03-09T02:30"), "2026-03-09T06:30:00Z", 0);
    let overlap = daily("01:30", "2026-10-31", "2026-10-31T15:00:00Z");
    expect(&overlap, "2026-11-01T01:30", due("2026-11-01T01:30"), "2026-11-01T05:30:00Z", 0);
}

#[test]
fn an_hour_that_happens_twice_is_told_apart() {
    let hourly = repeats("FREQ=HOURLY", "2026-11-01T00:30");
    let ny = "America/New_York";
    let due = json!({"local": "2026-11-01T01:30"});
    let first = completed(ny, due, hourly.clone(), "2026-11-01T05:31:00Z");
    let again = json!({"at": "2026-11-01T06:30:00Z", "zone": ny});
    expect(&first, "2026-11-01T06:30Z", again.clone(), "2026-11-01T06:30:00Z", 0);
    let second = completed(ny, again, hourly, "2026-11-01T06:31:00Z");
    let later = json!({"at": "2026-11-01T07:30:00Z", "zone": ny});
    expect(&second, "2026-11-01T02:30", later, "2026-11-01T07:30:00Z", 0);
}

#[test]
fn what_went_by_is_counted_and_not_made_up_for() {
    let daily = repeats("FREQ=DAILY", "2026-11-01");
    let late = completed("UTC", json!({"date": "2026-11-10"}), daily, "2026-11-15T10:00:00Z");
    expect(&late, "2026-11-15", json!({"date": "2026-11-15"}), "2026-11-15T23:59:59Z", 4);
    let cron = repeats("0 9 * * 1-5", "2026-11-02T09:00");
    let due = json!({"local": "2026-11-06T09:00"});
    let on_time = completed("UTC", due.clone(), cron.clone(), "2026-11-06T08:00:00Z");
    let monday = json!({"local": "2026-11-09T09:00"});
    expect(&on_time, "2026-11-09T09:00", monday, "2026-11-09T09:00:00Z", 0);
    let late = completed("UTC", due, cron, "2026-11-18T09:00:01Z");
    let thursday = json!({"local": "2026-11-19T09:00"});
    expect(&late, "2026-11-19T09:00", thursday, "2026-11-19T09:00:00Z", 8);
}

#[test]
fn after_completion_counts_from_the_completion() {
    let recurrence = json!({"rule": "FREQ=DAILY;INTERVAL=4", "mode": "after_completion",
        "anchor": "2026-11-01T09:00"});
    let due = json!({"local": "2026-11-20T09:00"});
    let watered = |at| completed("Asia/Karachi", due.clone(), recurrence.clone(), at);
    let next = |day: &str| json!({"local": format!("{day}T09:00")});
    let late = watered("2026-11-23T06:00:00Z");
    expect(&late, "2026-11-27T09:00", next("2026-11-27"), "2026-11-27T04:00:00Z", 0);
    // Half past midnight in Karachi is still the day before in London.
    let night = watered("2026-11-22T19:30:00Z");
    expect(&night, "2026-11-27T09:00", next("2026-11-27"), "2026-11-27T04:00:00Z", 0);
}

#[test]
fn a_series_ends_with_its_rule() {
    let ends = |rule: &str, due: &str| {
        let due = json!({"date": due});
        after(&completed("UTC", due, repeats(rule, "2026-11-20"), "2026-11-20T10:00:00Z")).unwrap()
    };
    let last = Start::AllDay("2026-11-21".parse().unwrap());
    for rule in ["FREQ=DAILY;UNTIL=20261121", "FREQ=DAILY;COUNT=2"] {
        assert_eq!(ends(rule, "2026-11-21"), Decision::Ended { last }, "{rule}");
        let Decision::Occurrence { key, .. } = ends(rule, "2026-11-20") else { panic!("{rule}") };
        assert_eq!(key, last, "{rule}");
    }
}

#[test]
fn days_that_are_left_out_are_passed_over() {
    let mut friday = repeats("FREQ=WEEKLY;BYDAY=FR", "2026-11-20");
    friday["except"] = json!(["2026-12-25"]);
    let due = json!({"date": "2026-12-18"});
    let task = completed("UTC", due, friday, "2026-12-18T10:00:00Z");
    expect(&task, "2027-01-01", json!({"date": "2027-01-01"}), "2027-01-01T23:59:59Z", 0);
}

#[test]
fn the_end_of_a_month_does_not_drift() {
    let monthly = repeats("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31");
    let due = json!({"date": "2026-02-28"});
    let task = completed("UTC", due, monthly, "2026-02-28T10:00:00Z");
    expect(&task, "2026-03-31", json!({"date": "2026-03-31"}), "2026-03-31T23:59:59Z", 0);
}

#[test]
fn what_does_not_repeat_or_is_not_done_has_no_successor() {
    let due = json!({"date": "2026-11-20"});
    let once = completed("UTC", due.clone(), Value::Null, "2026-11-20T10:00:00Z");
    assert_eq!(after(&once), Ok(Decision::NotRepeating));
    let mut open =
        completed("UTC", due, repeats("FREQ=DAILY", "2026-11-20"), "2026-11-20T10:00:00Z");
    open.completed_at = None;
    assert_eq!(after(&open), Ok(Decision::NotRepeating));
}

#[test]
fn a_task_without_a_due_follows_its_anchor() {
    let daily = repeats("FREQ=DAILY", "2026-11-20");
    let task = completed("UTC", Value::Null, daily, "2026-11-20T10:00:00Z");
    expect(&task, "2026-11-21", json!({"date": "2026-11-21"}), "2026-11-21T23:59:59Z", 0);
}

#[test]
fn a_rule_that_does_not_fit_its_anchor_is_an_error() {
    let due = json!({"date": "2026-11-20"});
    let hourly = repeats("FREQ=HOURLY", "2026-11-20");
    assert!(after(&completed("UTC", due, hourly, "2026-11-20T10:00:00Z")).is_err());
}
