//! What cannot be handled is kept, can be listed, and can be published again.

use audit::store::{DeadLetters, OpenLetters};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use todo_dapr::Invocation;
use uuid::Uuid;

use crate::{
    retention::sweep,
    stage::{Stage, eventually, task_event},
};

async fn letters(stage: &Stage, query: &str) -> Vec<Value> {
    let (status, answer) = stage.get(&format!("internal/dead-letters?{query}")).await;
    assert_eq!(status, 200, "{query}: {answer}");
    answer["dead_letters"].as_array().unwrap().clone()
}

async fn first_letter(stage: &Stage, query: &str) -> Value {
    eventually("a dead letter", async || letters(stage, query).await.into_iter().next()).await
}

async fn call(stage: &Stage, method: Method, path: &str) -> (u16, Value) {
    let call = Invocation::with_body("audit", method, path, "{}".into());
    let reply = stage.others.invoke(call).await.unwrap();
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

async fn replay(stage: &Stage, id: &str) -> (u16, Value) {
    call(stage, Method::POST, &format!("internal/dead-letters/{id}/replay")).await
}

async fn remove(stage: &Stage, id: &str) -> (u16, Value) {
    call(stage, Method::DELETE, &format!("internal/dead-letters/{id}")).await
}

#[tokio::test]
async fn a_misshapen_event_is_kept_and_comes_back_when_it_is_replayed() {
    let stage = Stage::open().await;
    let data = json!({ "user_id": "ziakhan", "revision": "no number" });
    stage.publish("task-events", "todo.task.created.v1", "poison-1", "t", &data).await;

    let letter = first_letter(&stage, "").await;
    assert_eq!(letter["source_topic"], "task-events");
    assert_eq!(letter["source_app"], "audit");
    assert_eq!(letter["dead_letter_topic"], "task-events.audit.dead");
    assert_eq!(
        (&letter["event_id"], &letter["event_type"]),
        (&json!("poison-1"), &json!("todo.task.created.v1"))
    );
    assert!(letter["reason"].as_str().unwrap().contains("shape of its type"), "{letter}");
    let body: Value = serde_json::from_str(letter["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["data"], data);

    let (status, answer) = replay(&stage, letter["id"].as_str().unwrap()).await;
    assert_eq!(
        (status, &answer["topic"], &answer["event_id"]),
        (200, &json!("task-events"), &json!("poison-1"))
    );
    let again = eventually("the letter to come back", async || {
        letters(&stage, "state=open").await.into_iter().find(|letter| letter["times_seen"] == 2)
    })
    .await;
    assert_eq!((&again["id"], &again["replays"]), (&letter["id"], &json!(1)));
    stage.close().await;
}

async fn die(stage: &Stage, event: &Value) {
    let data = STANDARD.encode(event.to_string());
    let wrapper = json!({ "topic": "task-events.audit.dead", "data_base64": data }).to_string();
    let path = "events/dead-letters";
    let call = Invocation::with_body("audit", Method::POST, path, wrapper.into());
    assert_eq!(stage.others.invoke(call).await.unwrap().status, 200);
}

/// Seconds until it is published again, rounded to tens; JSON null if never.
async fn wait_of(stage: &Stage, event_id: &str) -> Value {
    let wait = "round(extract(epoch FROM next_try - now()), -1)::integer";
    let of = format!("FROM dead_letters WHERE event_id = '{event_id}'");
    stage
        .query(&format!("SELECT coalesce(to_jsonb((SELECT {wait} {of})), 'null')::text, 'end'"))
        .await
}

#[tokio::test]
async fn what_an_outage_made_a_dead_letter_is_published_again_by_itself() {
    let stage = Stage::open().await;
    let (id, task) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
    let data = task_event(&id, "ada", &task, "2026-05-13T07:30:00Z");
    let (kind, topic) = ("todo.task.created.v1", "task-events");
    let missed = json!({ "id": id, "type": kind, "topic": topic, "data": data });
    die(&stage, &missed).await;
    die(&stage, &json!({ "id": "poison", "type": kind, "topic": topic, "data": {} })).await;
    assert_eq!(wait_of(&stage, &id).await, 30);
    assert_eq!(wait_of(&stage, "poison").await, Value::Null, "it would only come back");
    let open = async || DeadLetters::new(stage.sql.clone()).open().await.unwrap();
    assert_eq!(open().await, OpenLetters { person: 1, replay: 1 });
    sweep(&stage).await;
    assert_eq!(letters(&stage, "state=open").await.len(), 2, "it is not time yet");

    let now = "WITH due AS (UPDATE dead_letters SET next_try = now() WHERE next_try IS NOT NULL RETURNING 1)
        SELECT to_jsonb((SELECT count(*) FROM due))::text, 'end'";
    assert_eq!(stage.query(now).await, 1);
    sweep(&stage).await;
    eventually("its entry", async || {
        let (_, trail) = stage.get("internal/entries?user_id=ada").await;
        trail["entries"]
            .as_array()
            .unwrap()
            .first()
            .filter(|entry| entry["event_id"] == id)
            .cloned()
    })
    .await;
    let replayed = letters(&stage, "state=replayed").await;
    assert_eq!((&replayed[0]["event_id"], &replayed[0]["replays"]), (&json!(id), &json!(1)));
    assert_eq!(wait_of(&stage, &id).await, Value::Null);
    assert_eq!(open().await, OpenLetters { person: 1, replay: 0 });

    die(&stage, &missed).await;
    assert_eq!(wait_of(&stage, &id).await, 150, "longer each time");
    let tired = "WITH tired AS (UPDATE dead_letters SET replays = 5 RETURNING 1)
        SELECT to_jsonb((SELECT count(*) FROM tired))::text, 'end'";
    assert_eq!(stage.query(tired).await, 2);
    die(&stage, &missed).await;
    assert_eq!(wait_of(&stage, &id).await, Value::Null, "the rest is for a person");
    assert_eq!(open().await, OpenLetters { person: 2, replay: 0 });
    stage.close().await;
}

#[tokio::test]
async fn a_body_that_is_no_cloud_event_is_kept_and_blocks_nothing() {
    let stage = Stage::open().await;
    let url = format!(
        "http://127.0.0.1:{}/v1.0/publish/events/reminders?metadata.rawPayload=true&metadata.partitionKey=k",
        stage.others_port
    );
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for body in [&b"\xff\x00 not even text"[..], b"{\"half\":"] {
        let request = client.post(&url).header("content-type", "application/octet-stream");
        let status = request.body(body.to_vec()).send().await.unwrap().status();
        assert!(status.is_success(), "{status}");
    }
    let kept = eventually("both letters", async || {
        Some(letters(&stage, "source_app=audit").await).filter(|letters| letters.len() == 2)
    })
    .await;
    let of =
        |encoding: &str| kept.iter().find(|letter| letter["body_encoding"] == encoding).unwrap();
    assert_eq!(of("utf8")["body"], "{\"half\":");
    assert_eq!(of("base64")["body"], "/wAgbm90IGV2ZW4gdGV4dA==");
    assert_eq!(of("utf8")["source_topic"], "reminders");

    let (status, problem) = replay(&stage, of("utf8")["id"].as_str().unwrap()).await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_replayable")));
    let (status, _) = replay(&stage, "0198c0de-0000-7000-8000-000000000001").await;
    assert_eq!(status, 404);
    what_can_never_be_handled_goes_when_somebody_says_so(&stage, of("base64")).await;
    stage.close().await;
}

async fn what_can_never_be_handled_goes_when_somebody_says_so(stage: &Stage, letter: &Value) {
    let id = letter["id"].as_str().unwrap();
    let (status, removed) = remove(stage, id).await;
    assert_eq!((status, &removed), (200, letter), "whoever removes it has it");
    let left = letters(stage, "state=all").await;
    assert!(left.iter().all(|left| left["id"] != letter["id"]) && left.len() == 1, "{left:?}");
    let open = DeadLetters::new(stage.sql.clone()).open().await.unwrap();
    assert_eq!(open, OpenLetters { person: 1, replay: 0 });
    let (status, problem) = remove(stage, id).await;
    assert_eq!((status, &problem["code"]), (404, &json!("dead_letter_not_found")));
}

#[tokio::test]
async fn letters_are_paged_and_told_apart_by_state() {
    let stage = Stage::open().await;
    for number in 0..5 {
        let letter =
            json!({ "id": format!("e{number}"), "type": "x", "topic": "elsewhere", "data": {} });
        let call = Invocation::with_body(
            "audit",
            Method::POST,
            "events/dead-letters",
            letter.to_string().into(),
        );
        assert_eq!(stage.others.invoke(call).await.unwrap().status, 200);
    }
    let (_, first) = stage.get("internal/dead-letters?limit=3").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = stage.get(&format!("internal/dead-letters?limit=3&cursor={cursor}")).await;
    let ids = |page: &Value| {
        let letters = page["dead_letters"].as_array().unwrap().iter();
        letters.map(|letter| letter["event_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!([ids(&first), ids(&second)].concat(), ["e4", "e3", "e2", "e1", "e0"]);

    // Nobody subscribes to `elsewhere`, so it does not come back.
    let id = first["dead_letters"][0]["id"].as_str().unwrap();
    assert_eq!(replay(&stage, id).await.0, 200);
    assert_eq!(letters(&stage, "state=open").await.len(), 4);
    assert_eq!(letters(&stage, "state=replayed").await.len(), 1);
    assert_eq!(letters(&stage, "state=all").await.len(), 5);
    stage.close().await;
}
