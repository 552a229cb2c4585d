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
    let hundred: Vec<_> = (0..100).map(|number| format!("tag{number}")).collect();
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
    refuses(&ada, json!({ "title": "x", "tags": hundred }), 422, "tags").await;
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
    for other in ["&q=task", "&status=all", "&tag=home", "&project=x", "&overdue=true"] {
        let path = format!("/tasks?limit=2&sort=-number{other}&cursor={cursor}");
        assert_problem(&ada.get(&path).await, 400, "cursor");
    }
    let bob = product().person("bob").await.unwrap();
    let path = format!("/tasks?limit=2&sort=-number&cursor={cursor}");
    assert_problem(&bob.get(&path).await, 400, "cursor");
    let cut = &cursor[..cursor.len() - 2];
    for broken in [cut, "zz", "0", "%00", "ffffffffffffffff5b5d", &"ab".repeat(3000)] {
        let path = format!("/tasks?limit=2&sort=-number&cursor={broken}");
        assert_problem(&ada.get(&path).await, 400, "cursor");
        assert_problem(&ada.get(&format!("/audit?cursor={broken}")).await, 400, "cursor");
    }
}

#[tokio::test]
async fn bad_queries_are_refused_with_the_parameter() {
    let ada = product().person("ada").await.unwrap();
    for (query, names) in [
        ("sort=colour", "sort"),
        ("sort=number,number", "sort"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("limit=1&limit=2", "limit"),
        ("status=done", "status"),
        ("priority=high,huge", "priority"),
        ("due_from=tomorrow", "due_from"),
        ("due_to=2026-02-30T00:00:00Z", "due_to"),
        ("overdue=perhaps", "overdue"),
        ("tags=some", "tags"),
        ("colour=red", "colour"),
        ("Status=open", "Status"),
        ("q=%00", "q"),
    ] {
        eprintln!("{query}");
        assert_problem(&ada.get(&format!("/tasks?{query}")).await, 400, names);
    }
    for (query, names) in [("task_id=1", "task_id"), ("from=x", "from"), ("colour=red", "colour")] {
        assert_problem(&ada.get(&format!("/audit?{query}")).await, 400, names);
    }
    for name in ["0", "-1", "x", "1.5", "99999999999999999999", "%00"] {
        assert_problem(&ada.get(&format!("/tasks/{name}")).await, 400, "id");
    }
    assert_problem(&ada.get("/tasks/77").await, 404, "");
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

#[tokio::test]
async fn texts_are_kept_as_they_are_or_refused() {
    let ada = product().person("ada").await.unwrap();
    refuses(&ada, json!({ "title": "nul \u{0} inside" }), 422, "title").await;
    refuses(&ada, json!({ "title": "x", "description": "nul \u{0}" }), 422, "description").await;
    refuses(&ada, json!({ "title": " \n\t " }), 422, "title").await;
    refuses(&ada, json!({ "title": "x".repeat(100_000) }), 422, "title").await;
    refuses(&ada, json!({ "title": "x", "tags": ["\u{0}"] }), 422, "tags").await;
    refuses(&ada, json!({ "title": "x", "priority": "huge" }), 422, "priority").await;
    refuses(&ada, json!({ "title": "x", "duration_minutes": -5 }), 422, "duration").await;
    refuses(&ada, json!({ "title": "x", "duration_minutes": 1e300 }), 422, "duration").await;
    for body in [
        "\u{feff}{\"title\":\"x\"}",
        "{\"title\":\"\\ud800\"}",
        "{\"title\":\"x\"} {\"title\":\"y\"}",
        "{'title':'x'}",
        "",
    ] {
        let request =
            ada.request(Method::POST, "/tasks").header("content-type", "application/json");
        assert_problem(&ada.send(request.body(body.to_owned())).await, 400, "");
    }
    let twice = ada.request(Method::POST, "/tasks").header("content-type", "application/json");
    let twice = twice.body(r#"{"title":"x","title":"y"}"#);
    assert_problem(&ada.send(twice).await, 422, "title");
    assert!(ada.tasks("&status=all").await.is_empty(), "nothing of it was stored");
    let kept = "Pay 🧾 «miete» — فوری کام, naïve <b>&amp;</b> 'quoted'; DROP TABLE tasks; --";
    let task = ada.add(json!({ "title": kept, "tags": ["خریداری"] })).await;
    let read = ada.get(&format!("/tasks/{}", task["number"])).await.body;
    assert_eq!((&read["title"], &read["tags"]), (&json!(kept), &json!(["خریداری"])));
}

#[tokio::test]
async fn impossible_settings_are_refused() {
    let ada = product().person("ada").await.unwrap();
    let before = ada.get("/settings").await.body;
    let put = async |name: &str, value: Value| {
        let mut settings = before.clone();
        settings[name] = value;
        ada.send(ada.request(Method::PUT, "/settings").json(&settings)).await
    };
    assert_problem(&put("zone", json!("Mars/Base")).await, 422, "zone");
    assert_problem(&put("zone", json!("../etc/passwd")).await, 422, "zone");
    assert_problem(&put("channels", json!(["pigeon"])).await, 422, "channels");
    assert_problem(&put("default_reminder_minutes", json!(-1)).await, 422, "default_reminder");
    assert_problem(&put("colour", json!("red")).await, 422, "colour");
    let wish = |body: Value| ada.request(Method::PUT, "/notifications/preferences").json(&body);
    for email in ["nobody", "a@b\r\nbcc: c@d", "@", "a@"] {
        assert_problem(&ada.send(wish(json!({ "email": email }))).await, 422, "email");
    }
    assert_problem(&ada.send(wish(json!({ "changes_by": ["ghost"] }))).await, 422, "changes_by");
    assert_eq!(ada.get("/settings").await.body, before);
}
