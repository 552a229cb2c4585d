//! From a sentence to its consequences.

use serde_json::json;
use todo_tests::eventually;

use crate::shared::product;

#[tokio::test]
async fn a_sentence_becomes_a_task_an_event_an_audit_line_and_a_frame() {
    let ada = product().person("ada").await.unwrap();
    let mut socket = product().socket(&ada).await.unwrap();
    assert_eq!(socket.next().await.unwrap()["type"], "hello");
    let reply = ada.say("call mom tomorrow at 5pm").await;
    assert_eq!(reply["action"], "added", "{reply:#}");
    let task = &reply["tasks"][0];
    assert_eq!(task["title"], "call mom");
    assert!(task["due"]["local"].as_str().unwrap().ends_with("T17:00"), "{task:#}");
    let id = task["id"].as_str().unwrap();
    let frame = socket.until(|frame| frame["type"] == "task").await.unwrap();
    assert_eq!(
        (&frame["task_id"], &frame["event_type"], &frame["sequence"]),
        (&json!(id), &json!("created"), &json!(1))
    );
    let entries = eventually("the trail", async || {
        Some(ada.trail(id).await).filter(|trail| !trail.is_empty())
    })
    .await;
    assert_eq!(
        (&entries[0]["event_type"], &entries[0]["actor"]),
        (&json!("created"), &json!("chat"))
    );
    let printed = eventually("the audit line", async || {
        Some(product().audit_lines(id).await.unwrap()).filter(|lines| !lines.is_empty())
    })
    .await;
    assert_eq!(printed.len(), 1, "{printed:#?}");
    assert_eq!(printed[0]["user_id"], ada.user());
}

#[tokio::test]
async fn the_chat_completes_changes_lists_and_asks_before_it_deletes() {
    let ada = product().person("ada").await.unwrap();
    ada.say("buy milk #shop urgent").await;
    ada.say("write the report friday").await;
    assert_eq!(ada.tasks("&tag=shop").await[0]["priority"], "urgent");
    assert_eq!(ada.say("show my tasks").await["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(ada.say("complete task 1").await["action"], "completed");
    let first = ada.say("delete task 2").await;
    assert_eq!(first["action"], "confirm", "{first:#}");
    assert_eq!(ada.tasks("").await.len(), 1, "nothing is deleted before a yes");
    let conversation = &first["conversation_id"];
    let answer =
        ada.post("/chat", json!({ "message": "yes", "conversation_id": conversation })).await;
    assert_eq!(answer.body["action"], "deleted", "{:#}", answer.body);
    assert!(ada.tasks("").await.is_empty());
    assert_eq!(ada.tasks("&status=completed").await.len(), 1);
}

#[tokio::test]
async fn a_second_user_sees_nothing_of_the_first() {
    let (ada, eve) =
        (product().person("ada").await.unwrap(), product().person("eve").await.unwrap());
    let mut eves = product().socket(&eve).await.unwrap();
    eves.next().await.unwrap();
    let task = ada.add(json!({ "title": "secret" })).await;
    let id = task["id"].as_str().unwrap();
    let foreign = eve.get(&format!("/tasks/{id}")).await;
    assert_eq!(foreign.status, 404);
    let path = product().url(&format!("/api/{}/tasks", ada.user()));
    let trespass = eve.send(product().client().get(path).bearer_auth(eve.token())).await;
    assert_eq!(trespass.status, 403);
    assert!(eve.tasks("&status=all").await.is_empty());
    eventually("ada's trail", async || Some(ada.trail(id).await).filter(|trail| !trail.is_empty()))
        .await;
    assert!(eve.trail(id).await.is_empty());
    // Eve's own next change is the first thing that her socket shows.
    eve.add(json!({ "title": "mine" })).await;
    let frame = eves.until(|frame| frame["type"] == "task").await.unwrap();
    assert_eq!(frame["task"]["title"], "mine");
}
