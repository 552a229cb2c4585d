//! Every statement of a change is safe to run twice: the sidecar may lose the answer of one that happened.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    stage::{Stage, answer},
    wire::Call,
};

/// Everything that a second run must not change.
const STATE: &str = "(SELECT jsonb_build_object(
    'tasks', (SELECT jsonb_agg(task_document(t) ORDER BY t.id) FROM tasks t),
    'deleted', (SELECT jsonb_agg(d.task ORDER BY d.id) FROM deleted_tasks d),
    'reminders', (SELECT jsonb_agg(to_jsonb(r) ORDER BY r.id) FROM reminders r),
    'users', (SELECT jsonb_agg(to_jsonb(u)) FROM users u)))";

async fn run_again(stage: &Stage, calls: &[Call]) -> Vec<Value> {
    let mut answers = vec![];
    for call in calls {
        let url = format!("http://127.0.0.1:{}{}", stage.sidecar_port(), call.path);
        let request = Client::new().post(url).header("content-type", "application/json");
        let rows: Value =
            request.body(call.body.clone()).send().await.unwrap().json().await.unwrap();
        assert_eq!(rows[0][1], "end", "{rows}");
        answers.push(serde_json::from_str(rows[0][0].as_str().unwrap()).unwrap());
    }
    answers
}

#[tokio::test]
async fn a_change_that_is_run_again_changes_nothing_and_says_so() {
    let stage = Stage::open().await;
    let settings = |zone: &str| json!({ "zone": zone, "locale": "en", "default_reminder_minutes": null, "channels": ["push"] });
    let hour = json!([{ "before_minutes": 60 }]);
    let task = json!({ "title": "a", "due": { "local": "2031-11-22T17:00" }, "reminders": hour });
    let repeat = json!({ "recurrence": { "rule": "FREQ=DAILY" } });
    let steps = [
        (Method::POST, "/tasks", task),
        (Method::PATCH, "/tasks/1", json!({ "title": "b" })),
        (Method::PATCH, "/tasks/1", repeat),
        (Method::PUT, "/settings", settings("Europe/Berlin")),
        (Method::PATCH, "/tasks/1/complete", Value::Null),
        (Method::PATCH, "/tasks/1/reopen", Value::Null),
        (Method::DELETE, "/tasks/1", Value::Null),
        (Method::PATCH, "/tasks/1/restore", Value::Null),
    ];
    for (method, path, body) in steps {
        stage.wire.take();
        let request = stage.request(method.clone(), path);
        let done = answer(if body.is_null() { request } else { request.json(&body) }).await;
        assert!((200..300).contains(&done.status), "{done:?}");
        let mut calls = stage.wire.take();
        calls
            .retain(|call| call.statement().is_some_and(|sql| !sql.contains("DELETE FROM outbox")));
        let before = stage.value(STATE).await;
        for again in run_again(&stage, &calls).await {
            assert_eq!(again.get("outbox").unwrap_or(&json!([])), &json!([]), "{method} {path}");
            // One task at most is known, and a deletion is answered as one.
            let result = &again["results"][0];
            assert!(again["results"].is_null() || result["task"].is_object(), "{again}");
        }
        assert_eq!(stage.value(STATE).await, before, "{method} {path}");
    }
    stage.close().await;
}
