//! The types of this crate and the committed schemas say the same.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::{fs, path::PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use jsonschema::Validator;
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use todo_events::{
    Actor, Channel, CorrelationId, Due, EventId, Notification, Priority, ReminderDue, ReminderSpec,
    Revision, SCHEMA_VERSION, ScheduledReminder, Sequence, Status, Task, TaskChange, TaskEvent,
    TaskId, TaskNumber, TaskUpdate,
};
use uuid::Uuid;

fn schemas() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

fn read(path: PathBuf) -> Value {
    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()
}

fn validator(topic: &str) -> Validator {
    let schema = read(schemas().join(format!("events/{topic}.v1.json")));
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn assert_valid(validator: &Validator, value: &Value) {
    let faults: Vec<_> =
        validator.iter_errors(value).map(|e| format!("{} {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{value:#}");
}

/// Instants may be written with more or fewer digits; everything else must come back the same.
fn same_meaning(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok();
            a == b || (instant(a).is_some() && instant(a) == instant(b))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_meaning(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_meaning(a, b)))
        }
        (a, b) => a == b,
    }
}

fn examples_hold<T: Serialize + DeserializeOwned>(topic: &str) {
    let validator = validator(topic);
    let mut seen = 0;
    for entry in fs::read_dir(schemas().join(format!("examples/{topic}.v1"))).unwrap() {
        let example = read(entry.unwrap().path());
        assert_valid(&validator, &example);
        let payload: T = serde_json::from_value(example.clone()).unwrap();
        let written = serde_json::to_value(&payload).unwrap();
        assert!(same_meaning(&example, &written), "{example:#}\n{written:#}");
        let mut newer = example;
        newer["a_field_of_the_future"] = Value::from(1);
        assert!(!validator.is_valid(&newer), "schemas are closed");
        serde_json::from_value::<T>(newer).expect("readers tolerate unknown fields");
        seen += 1;
    }
    assert!(seen >= 2, "{topic} has a minimal and a full example");
}

#[test]
fn task_events() {
    examples_hold::<TaskEvent>("task-events");
}

#[test]
fn task_updates() {
    examples_hold::<TaskUpdate>("task-updates");
}

#[test]
fn reminders() {
    examples_hold::<ReminderDue>("reminders");
}

#[test]
fn notifications() {
    examples_hold::<Notification>("notifications");
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0..4_000_000_000_i64).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

fn due() -> impl Strategy<Value = Due> {
    let day = || (0..60_000_i32).prop_map(|days| NaiveDate::from_epoch_days(days).unwrap());
    prop_oneof![
        day().prop_map(Due::Date),
        (day(), 0..24_u32, 0..60_u32, 0..60_u32)
            .prop_map(|(day, h, m, s)| Due::Local(day.and_hms_opt(h, m, s).unwrap())),
        instant().prop_map(|at| Due::At { at, zone: "Europe/Berlin".parse().unwrap() }),
    ]
}

fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![Just(Channel::Push), Just(Channel::Email), Just(Channel::Webhook)]
}

fn reminder() -> impl Strategy<Value = ScheduledReminder> {
    let spec = prop_oneof![
        (0..100_000_u32, channel())
            .prop_map(|(before_minutes, channel)| ReminderSpec::Before { before_minutes, channel }),
        (instant(), channel()).prop_map(|(at, channel)| ReminderSpec::At { at, channel }),
    ];
    (spec, instant()).prop_map(|(spec, remind_at)| ScheduledReminder { spec, remind_at })
}

prop_compose! {
    fn task()(
        title in "\\PC{1,80}", description in "\\PC{0,200}", due in proptest::option::of(due()),
        due_at in proptest::option::of(instant()), created_at in instant(),
        tags in proptest::collection::btree_set("[a-z]{1,8}", 0..5),
        reminders in proptest::collection::vec(reminder(), 0..4),
        priority in prop_oneof![Just(Priority::None), Just(Priority::High), Just(Priority::Urgent)],
        number in 1..u64::from(u32::MAX),
    ) -> Task {
        Task {
            id: TaskId::from(Uuid::now_v7()), number: TaskNumber(number), user_id: "zia".parse().unwrap(), title, description,
            status: Status::Open, priority, tags: tags.into_iter().collect(), project: None, due, due_at,
            zone: "Asia/Karachi".parse().unwrap(), duration_minutes: Some(5), reminders, recurrence: None, series_id: None,
            revision: Revision(1), created_at, updated_at: created_at, completed_at: None, created_by: Actor::Mcp,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_types_hold_fits_the_schemas(task in task(), timestamp in instant()) {
        let event = TaskEvent {
            schema_version: SCHEMA_VERSION, event_id: EventId::generate(), event_type: TaskChange::Updated, task_id: task.id,
            user_id: task.user_id.clone(), revision: task.revision, timestamp, actor: Actor::Chat,
            correlation_id: CorrelationId::generate(), changes: vec!["due".into()],
            previous: Map::from_iter([("due".into(), Value::Null)]), task_data: task.clone(),
        };
        let written = serde_json::to_value(&event).unwrap();
        assert_valid(&validator("task-events"), &written);
        prop_assert_eq!(serde_json::from_value::<TaskEvent>(written).unwrap(), event.clone());
        let update = TaskUpdate {
            schema_version: SCHEMA_VERSION, event_id: event.event_id, event_type: event.event_type, task_id: task.id,
            user_id: event.user_id, revision: task.revision, sequence: Sequence(9), timestamp, actor: Actor::Api, task_data: task,
        };
        assert_valid(&validator("task-updates"), &serde_json::to_value(&update).unwrap());
    }
}
