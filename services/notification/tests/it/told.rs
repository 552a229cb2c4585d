//! What a client that was away asks for.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, eventually, reminder};

const DUE: &str = "todo.reminder.due.v1";

async fn ask(stage: &Stage, query: &str) -> Value {
    let path = format!("internal/notifications?{query}");
    let reply = stage.call(Method::GET, &path, &json!({})).await;
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(reply.status, 200, "{query}: {body}");
    body
}

fn tasks(page: &Value) -> Vec<Value> {
    let told = page["notifications"].as_array().unwrap();
    told.iter().map(|notification| notification["task_id"].clone()).collect()
}

#[tokio::test]
async fn what_was_told_can_be_asked_for_from_an_instant_on() {
    let stage = Stage::open(&[]).await;
    let [first, second, strange] = ["ziakhan", "ziakhan", "ada"].map(|user| reminder(user, "push"));
    for event in [&first, &strange] {
        assert_eq!(stage.deliver("reminders", DUE, event).await, "SUCCESS");
        stage.settled(&event["event_id"], &["sent"]).await;
    }
    let before = ask(&stage, "user_id=ziakhan").await;
    assert_eq!(tasks(&before), [first["task_id"].clone()], "nobody else's");
    let frame = eventually("its event", async || {
        let told = stage.world.notifications();
        told.into_iter().find(|event| event["data"]["task_id"] == first["task_id"])
    })
    .await;
    let (shown, told) = (&before["notifications"][0], &frame["data"]);
    assert_eq!(shown["id"], told["event_id"], "so that it is shown once");
    for field in ["kind", "title", "body", "late_by_ms"] {
        assert_eq!(shown[field], told[field], "{field}");
    }

    assert_eq!(stage.deliver("reminders", DUE, &second).await, "SUCCESS");
    stage.settled(&second["event_id"], &["sent"]).await;
    let since = before["until"].as_str().unwrap();
    let after = ask(&stage, &format!("user_id=ziakhan&since={since}")).await;
    assert_eq!(tasks(&after), [second["task_id"].clone()]);
    let both = ask(&stage, "user_id=ziakhan").await;
    assert_eq!(tasks(&both), [first["task_id"].clone(), second["task_id"].clone()], "oldest first");
    let since = after["until"].as_str().unwrap();
    assert!(tasks(&ask(&stage, &format!("user_id=ziakhan&since={since}")).await).is_empty());
    stage.close().await;
}

/// Its frame may have come before the socket, and its row is not settled yet.
#[tokio::test]
async fn what_is_being_told_is_there_and_what_is_held_back_is_not() {
    let stage = Stage::open(&[]).await;
    let mute = json!({ "muted_until": "2999-01-01T00:00:00Z" });
    let path = "internal/preferences?user_id=ada";
    assert_eq!(stage.call(Method::PUT, path, &mute).await.status, 200);
    let (told, held) = (reminder("ziakhan", "push"), reminder("ada", "push"));
    for event in [&told, &held] {
        assert_eq!(stage.deliver("reminders", DUE, event).await, "SUCCESS");
    }
    stage.settled(&held["event_id"], &["held"]).await;
    assert_eq!(tasks(&ask(&stage, "user_id=ziakhan").await), [told["task_id"].clone()]);
    assert!(tasks(&ask(&stage, "user_id=ada").await).is_empty());
    stage.close().await;
}

#[tokio::test]
async fn a_bad_question_is_answered_with_a_problem() {
    let stage = Stage::open(&[]).await;
    for query in ["", "user_id=a%20b", "user_id=ada&since=monday", "user_id=ada&limit=5"] {
        let path = format!("internal/notifications?{query}");
        let reply = stage.call(Method::GET, &path, &json!({})).await;
        let problem: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, &problem["code"]), (400, &json!("invalid_query")), "{query}");
    }
    stage.close().await;
}
