//! Bad input gets a clear answer and loses nothing.

use reqwest::Method;
use serde_json::{Value, json};
use todo_tests::{Answer, Person};

use crate::shared::product;

/// Asserts a problem with a status, and that it names what is wrong.
fn assert_problem(answer: &Answer, status: u16, names: &str) {
    assert_eq!(answer.status, status, "{:#}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    for member in ["type", "title", "status", "detail", "code"] {
        assert!(!answer.body[member].is_null(), "{member} is missing in {:#}", answer.body);
    }
    assert!(answer.body.to_string().contains(names), "{names} is not named in {:#}", answer.body);
}

async fn refuses(person: &Person, body: Value, status: u16, names: &str) {
    assert_problem(&person.post("/tasks", body).await, status, names);
}

#[tokio::test]
async fn bad_tasks_are_refused_with_the_field_and_the_rule() {
    let ada = product().person("ada").await.unwrap();
    refuses(&ada, json!({}), 422, "title").await;
    refuses(&ada, json!({ "title": "" }), 422, "title").await;
    refuses(&ada, json!({ "title": 5 }), 422, "title").await;
    refuses(&ada, json!({ "title": "x", "titel": "y" }), 422, "titel").await;
    refuses(&ada, json!({ "title": "x", "due": { "date": "2026-02-30" } }), 422, "due").await;
    refuses(
        &ada,
        json!({ "title": "x", "due": { "date": "2026-02-03", "local": "2026-02-03T10:00" } }),
        422,
        "due",
    )
    .await;
    refuses(
        &ada,
        json!({ "title": "x", "due": { "at": "2026-02-03T10:00:00Z", "zone": "Mars/Base" } }),
        422,
        "Mars/Base",
    )
    .await;
    refuses(&ada, json!({ "title": "x", "tags": vec!["t"; 100] }), 422, "tags").await;
    refuses(
        &ada,
        json!({ "title": "x", "recurrence": { "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" } }),
        422,
        "rule",
    )
    .await;
    refuses(&ada, json!({ "title": "x", "recurrence": { "rule": "0 0 30 2 *" } }), 422, "rule")
        .await;
    refuses(
        &ada,
        json!({ "title": "x", "reminders": [{ "at": "2001-01-01T00:00:00Z" }] }),
        422,
        "future",
    )
    .await;
    refuses(&ada, json!({ "title": "x", "reminders": [{ "before_minutes": 5 }] }), 422, "due")
        .await;
    let huge = ada.request(Method::POST, "/tasks").json(&json!({ "title": "x".repeat(10 << 20) }));
    assert_problem(&ada.send(huge).await, 413, "");
    let broken =
        ada.request(Method::POST, "/tasks").header("content-type", "application/json").body("{");
    assert_problem(&ada.send(broken).await, 400, "");
    let text = ada.request(Method::POST, "/tasks").header("content-type", "text/plain").body("x");
    assert_problem(&ada.send(text).await, 415, "");
    assert!(ada.tasks("&status=all").await.is_empty(), "nothing of it was stored");
}

#[tokio::test]
async fn impossible_words_in_the_chat_are_not_guessed() {
    let ada = product().person("ada").await.unwrap();
    let reply = ada.say("pay rent feb 30").await;
    assert_eq!(reply["action"], "unknown", "{reply:#}");
    assert!(ada.tasks("").await.is_empty());
    assert_problem(&ada.post("/chat", json!({ "message": "" })).await, 422, "message");
    assert_problem(
        &ada.post("/tasks/quick", json!({ "text": "pay rent feb 30" })).await,
        422,
        "feb 30",
    );
}

#[tokio::test]
async fn preconditions_and_repeated_requests() {
    let ada = product().person("ada").await.unwrap();
    let keyed = |body: Value| {
        ada.request(Method::POST, "/tasks").header("idempotency-key", "k-1").json(&body)
    };
    let first = ada.send(keyed(json!({ "title": "once" }))).await;
    let again = ada.send(keyed(json!({ "title": "once" }))).await;
    assert_eq!((first.status.as_u16(), &first.body), (201, &again.body));
    assert_problem(&ada.send(keyed(json!({ "title": "twice" }))).await, 422, "dempotency");
    assert_eq!(ada.tasks("").await.len(), 1);
    let path = format!("/tasks/{}", first.body["number"]);
    let etag = first.headers["etag"].clone();
    assert_eq!(etag, "\"1\"");
    let matching = |body: Value| {
        ada.request(Method::PATCH, &path).header("if-match", etag.clone()).json(&body)
    };
    assert_eq!(ada.send(matching(json!({ "title": "changed" }))).await.status, 200);
    assert_problem(&ada.send(matching(json!({ "title": "lost" }))).await, 412, "");
    assert_eq!(ada.get(&path).await.body["title"], "changed");
    assert_problem(&ada.patch(&path, json!({ "title": null })).await, 422, "title");
    assert_eq!(
        ada.patch(&path, json!({ "description": "x", "project": "p" })).await.body["project"],
        "p"
    );
    assert_eq!(ada.patch(&path, json!({ "project": null })).await.body["project"], Value::Null);
}

#[tokio::test]
async fn cursors_belong_to_their_query() {
    let ada = product().person("ada").await.unwrap();
    for number in 0..5 {
        ada.add(json!({ "title": format!("task {number}") })).await;
    }
    let page = ada.get("/tasks?limit=2&sort=-number").await.body;
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = ada.get(&format!("/tasks?limit=2&sort=-number&cursor={cursor}")).await.body;
    let numbers: Vec<_> =
        next["tasks"].as_array().unwrap().iter().map(|task| &task["number"]).collect();
    assert_eq!(numbers, [3, 2]);
    assert_problem(
        &ada.get(&format!("/tasks?limit=2&sort=number&cursor={cursor}")).await,
        400,
        "cursor",
    );
    assert_problem(&ada.get("/tasks?sort=colour").await, 400, "sort");
    assert_problem(&ada.get("/tasks?limit=0").await, 400, "limit");
    assert_problem(&ada.get("/nothing").await, 404, "");
    assert_problem(&ada.send(ada.request(Method::DELETE, "/chat")).await, 405, "");
}

#[tokio::test]
async fn bad_tokens_are_refused() {
    let ada = product().person("ada").await.unwrap();
    let path = product().url(&format!("/api/{}/tasks", ada.user()));
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.";
    let mut changed = ada.token().to_owned();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'B' } else { 'A' });
    // The last character of a signature can hold unused bits, so the middle of the payload is changed as well.
    let middle = changed.len() / 2;
    changed
        .replace_range(middle..=middle, if &changed[middle..=middle] == "x" { "y" } else { "x" });
    for token in [unsigned, changed.as_str(), "", "nonsense"] {
        let answer = ada.send(product().client().get(&path).bearer_auth(token)).await;
        assert_problem(&answer, 401, "");
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    let nobody = ada.send(product().client().get(&path)).await;
    assert_problem(&nobody, 401, "");
}
