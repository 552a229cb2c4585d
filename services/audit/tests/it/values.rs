//! What changed fields said before, and what they say since.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::stage::{Stage, task_event};

/// An event that gives a task a due and another priority.
fn changed(id: &str, task: &str, previous: Option<&Value>) -> Value {
    let mut event = task_event(id, "ziakhan", task, "2026-11-22T12:00:00Z");
    event["event_type"] = json!("updated");
    event["changes"] = json!(["due", "priority"]);
    event["task_data"]["priority"] = json!("high");
    event["task_data"]["due"] = json!({ "date": "2026-11-30" });
    if let Some(previous) = previous {
        event["previous"] = previous.clone();
    }
    event
}

#[tokio::test]
async fn line_and_list_tell_old_and_new_values() {
    let stage = Stage::open().await;
    let (first, second, task) =
        (Uuid::now_v7().to_string(), Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    let previous = json!({ "due": null, "priority": "none" });
    let told = changed(&first, &task, Some(&previous));
    let kind = "todo.task.updated.v1";
    stage.deliver("events/task-events", kind, &told).await;
    stage.deliver("events/task-events", kind, &changed(&second, &task, None)).await;

    let diff = json!([
        { "field": "due", "old": null, "new": { "date": "2026-11-30" } },
        { "field": "priority", "old": "none", "new": "high" },
    ]);
    let lines = stage.lines();
    assert_eq!((&lines[0]["diff"], &lines[0]["changes"]), (&diff, &json!(["due", "priority"])));
    assert_eq!(
        (&lines[1]["diff"], &lines[1]["changes"]),
        (&json!([]), &json!(["due", "priority"])),
        "an event of an older release has names alone"
    );
    for query in ["", &format!("&task_id={task}")] {
        let (status, page) = stage.get(&format!("internal/entries?user_id=ziakhan{query}")).await;
        assert_eq!(status, 200);
        let entries = page["entries"].as_array().unwrap();
        let entry = entries.iter().find(|entry| entry["event_id"] == *first).unwrap();
        assert_eq!(entry["diff"], diff);
    }
    stage.close().await;
}
