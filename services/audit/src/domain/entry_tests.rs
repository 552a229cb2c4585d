use super::*;

const TASK: &str = "0198c0de-0000-7000-8000-000000000001";
const EVENT: &str = "0198c0de-0000-7000-8000-000000000002";

fn delivered(kind: &str, data: &str) -> CloudEvent {
    let body = format!(r#"{{"id":"{EVENT}","type":"{kind}","data":{data}}}"#);
    CloudEvent::read(body.as_bytes()).unwrap()
}

fn recorded(kind: &str, data: &str) -> Result<Recorded, UnreadableEvent> {
    Recorded::of("reminders", &delivered(kind, data), DateTime::UNIX_EPOCH)
}

#[test]
fn a_reminder_becomes_an_entry_that_reads_back() {
    let data = format!(
        r#"{{"schema_version":1,"event_id":"{EVENT}","task_id":"{TASK}","reminder_id":"{TASK}","title":"Call mom",
        "due_at":null,"remind_at":"2026-11-22T12:00:00Z","user_id":"ziakhan","notification_type":"push","late_by_ms":0,
        "timestamp":"2026-11-22T12:00:00.25Z","correlation_id":"c-1"}}"#
    );
    let recorded = recorded("todo.reminder.due.v1", &data).unwrap();
    let line = serde_json::to_string(&recorded.entry).unwrap();
    assert_eq!(
        line,
        format!(
            r#"{{"time":"2026-11-22T12:00:00.250Z","event_id":"{EVENT}","event_type":"due","topic":"reminders","user_id":"ziakhan","task_id":"{TASK}","revision":null,"actor":null,"changes":[],"diff":[],"correlation_id":"c-1","title":"Call mom"}}"#
        )
    );
    assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), recorded.entry);
    assert!(!recorded.unknown);
}

#[test]
fn an_unknown_type_is_kept_with_what_can_be_read() {
    let data = format!(
        r#"{{"user_id":"ziakhan","task_id":"{TASK}","revision":3,"actor":7,"timestamp":"soon"}}"#
    );
    let recorded = recorded("todo.task.archived.v1", &data).unwrap();
    assert!(recorded.unknown);
    let entry = recorded.entry;
    assert_eq!(entry.event_type, "todo.task.archived.v1");
    assert_eq!(
        (&*entry.user_id, entry.revision, entry.actor),
        ("ziakhan", Some(Revision(3)), None)
    );
    assert_eq!((entry.time, entry.event_id.to_string()), (DateTime::UNIX_EPOCH, EVENT.to_owned()));
}

#[test]
fn an_id_that_is_no_uuid_gets_one_that_stays() {
    assert_eq!(unknown_id("t", "order-1"), unknown_id("t", "order-1"));
    assert_ne!(unknown_id("t", "order-1"), unknown_id("t", "order-2"));
    assert_ne!(unknown_id("t", "order-1"), unknown_id("u", "order-1"));
}

#[test]
fn a_known_type_of_another_shape_is_refused() {
    assert!(recorded("todo.reminder.due.v1", "{}").is_err());
}
