//! The frames and the committed schemas say the same.

use std::{collections::BTreeSet, fs, path::PathBuf};

use chrono::DateTime;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json, value::RawValue};
use todo_events::{Actor, NotificationKind, Revision, Sequence, TaskChange, TaskId, UserId};
use uuid::Uuid;
use websocket::protocol::{ClientFrame, ResyncReason, ServerFrame};

fn read(path: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(path);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn validator(schema: &Value) -> Validator {
    let updates = read("events/task-updates.v1.json");
    let name = updates["$id"].as_str().unwrap().to_owned();
    let registry = Registry::new().add(name, &updates).unwrap().prepare().unwrap();
    let options = jsonschema::options().should_validate_formats(true).with_registry(&registry);
    options.build(schema).unwrap()
}

fn names(schema: &Value) -> BTreeSet<&str> {
    let names = schema["oneOf"].as_array().unwrap().iter();
    names.map(|one| one["$ref"].as_str().unwrap().trim_start_matches("#/$defs/")).collect()
}

fn name_of(frame: &ServerFrame<'_>) -> &'static str {
    match frame {
        ServerFrame::Hello { .. } => "hello",
        ServerFrame::Task { .. } => "task_frame",
        ServerFrame::Notification { .. } => "notification",
        ServerFrame::Resync { .. } => "resync",
        ServerFrame::Pong => "pong",
        ServerFrame::Error { .. } => "error",
    }
}

#[test]
fn what_the_server_sends_fits_its_schema() {
    let schema = read("websocket/server-frames.v1.json");
    let validator = validator(&schema);
    let user: UserId = "ziakhan".parse().unwrap();
    let id = Uuid::now_v7();
    let task = read("examples/task-updates.v1/created.json")["task_data"].to_string();
    let task = RawValue::from_string(task).unwrap();
    let change = |event_type| ServerFrame::Task {
        event_type,
        task_id: TaskId::from(id),
        revision: Revision(7),
        sequence: Sequence(42),
        actor: Actor::Mcp,
        task: &task,
    };
    let notification = |kind| ServerFrame::Notification {
        id: id.into(),
        kind,
        title: "Call mom",
        body: "due at 17:00",
        task_id: id.into(),
        late_by_ms: 0,
        timestamp: DateTime::UNIX_EPOCH,
    };
    let frames = [
        ServerFrame::Hello { user_id: &user, sequence: None },
        ServerFrame::Hello { user_id: &user, sequence: Some(Sequence(41)) },
        change(TaskChange::Created),
        change(TaskChange::Deleted),
        notification(NotificationKind::Reminder),
        notification(NotificationKind::Change),
        ServerFrame::Resync { reason: ResyncReason::NoHistory },
        ServerFrame::Resync { reason: ResyncReason::TooOld },
        ServerFrame::Resync { reason: ResyncReason::Gap },
        ServerFrame::Pong,
        ServerFrame::Error { detail: "what" },
    ];
    for frame in &frames {
        let mut written: Value = serde_json::from_str(&frame.to_text().unwrap()).unwrap();
        let faults: Vec<_> = validator.iter_errors(&written).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:#?}\n{written:#}");
        written["a_field_of_the_future"] = json!(1);
        assert!(!validator.is_valid(&written), "the schema is closed: {written:#}");
    }
    assert_eq!(frames.iter().map(name_of).collect::<BTreeSet<_>>(), names(&schema));
}

#[test]
fn what_a_client_may_send_is_what_is_read() {
    let schema = read("websocket/client-frames.v1.json");
    let validator = validator(&schema);
    let name_of = |frame: ClientFrame| match frame {
        ClientFrame::Resume { .. } => "resume",
        ClientFrame::Ping => "ping",
    };
    let mut seen = BTreeSet::new();
    for text in [
        r#"{"type":"resume","sequence":0}"#,
        r#"{"type":"resume","sequence":41}"#,
        r#"{"type":"ping"}"#,
    ] {
        assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
        seen.insert(name_of(ClientFrame::read(text).unwrap()));
    }
    assert_eq!(seen, names(&schema));
    for text in [
        r#"{"type":"resume"}"#,
        r#"{"type":"resume","sequence":-1}"#,
        r#"{"type":"resume","sequence":"41"}"#,
        r#"{"type":"hello"}"#,
        "[]",
    ] {
        assert!(!validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
        assert!(ClientFrame::read(text).is_err(), "{text}");
    }
}
