//! The life of one task.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    behind::{Heard, eventually},
    stage::{Stage, answer},
};

#[tokio::test]
async fn a_task_is_made_in_one_statement_and_read_back() {
    let stage = Stage::open().await;
    stage.wire.take();
    let made = stage
        .send(
            Method::POST,
            "/tasks",
            &json!({
                "title": " Call mom ", "priority": "high", "tags": ["#Home", "family"], "project": "Family",
                "due": { "local": "2031-11-22T17:00" }, "reminders": [{ "before_minutes": 60, "channel": "email" }],
            }),
        )
        .await;
    // The relay settles what it has published in a statement of its own, maybe before the answer is here.
    let statements: Vec<_> = stage.wire.take().iter().filter_map(|call| call.statement()).collect();
    let making = |sql: &&String| sql.contains("INSERT INTO tasks (");
    assert_eq!(statements.iter().filter(making).count(), 1, "{statements:?}");
    assert!(statements.iter().all(|sql| making(&sql) || sql.contains("outbox")), "{statements:?}");

    let task = made.expect(201);
    assert_eq!(task["title"], "Call mom");
    assert_eq!(task["tags"], json!(["family", "home"]));
    assert_eq!((&task["number"], &task["revision"]), (&json!(1), &json!(1)));
    assert_eq!((&task["created_by"], &task["status"]), (&json!("api"), &json!("open")));
    assert_eq!(task["reminders"][0]["remind_at"], "2031-11-22T16:00:00.000Z");
    let id = task["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/api/ziakhan/tasks/{id}"));
    assert_eq!(made.header("etag"), r#""1""#);

    for name in [id, "1"] {
        let read = stage.get(&format!("/tasks/{name}")).await;
        assert_eq!(read.expect(200), task);
        assert_eq!(read.header("etag"), r#""1""#);
    }
    let known = stage.request(Method::GET, "/tasks/1").header("if-none-match", r#""1""#);
    let known = answer(known).await;
    assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", r#""1""#));
    stage.close().await;
}

#[tokio::test]
async fn a_patch_keeps_clears_and_replaces() {
    let stage = Stage::open().await;
    let body =
        json!({ "title": "a", "project": "x", "tags": ["t"], "due": { "date": "2031-01-31" } });
    let task = stage.create(&body).await;
    let patch = async |body: Value| {
        let answer = stage.send(Method::PATCH, "/tasks/1", &body).await;
        (answer.expect(200), answer.header("etag").to_owned())
    };
    assert_eq!(
        patch(json!({})).await,
        (task, r#""1""#.to_owned()),
        "nothing given, nothing changed"
    );
    let (task, tag) = patch(json!({ "project": null, "title": "b" })).await;
    assert_eq!((&task["project"], &task["title"]), (&Value::Null, &json!("b")));
    assert_eq!(
        (task["tags"].clone(), task["due"].clone()),
        (json!(["t"]), json!({ "date": "2031-01-31" }))
    );
    assert_eq!((tag.as_str(), &task["revision"]), (r#""2""#, &json!(2)));
    let (task, _) = patch(json!({ "due": null, "tags": null, "description": "more" })).await;
    assert_eq!(
        (&task["due"], &task["due_at"], &task["tags"]),
        (&Value::Null, &Value::Null, &json!([]))
    );

    let merge = stage.request(Method::PATCH, "/tasks/1");
    let merge =
        merge.header("content-type", "application/merge-patch+json").body(r#"{"priority":"low"}"#);
    assert_eq!(answer(merge).await.expect(200)["priority"], "low");

    let whole = stage.send(Method::PUT, "/tasks/1", &json!({ "title": "c" })).await.expect(200);
    assert_eq!((&whole["title"], &whole["description"]), (&json!("c"), &json!("")));
    assert_eq!(whole["priority"], "none", "what a PUT leaves out has its default");
    stage.close().await;
}

#[tokio::test]
async fn a_change_of_another_revision_is_refused() {
    let stage = Stage::open().await;
    stage.create(&json!({ "title": "a" })).await;
    let change = async |tag: &str, title: &str| {
        let request = stage.request(Method::PATCH, "/tasks/1").header("if-match", tag);
        answer(request.json(&json!({ "title": title }))).await
    };
    assert_eq!(change(r#""1""#, "b").await.expect(200)["revision"], 2);
    let stale = change(r#""1""#, "c").await;
    assert_eq!(stale.problem(412).0, "revision_mismatch");
    assert_eq!(stale.header("etag"), r#""2""#, "the caller learns what to read");
    assert_eq!(change(r#""1", "2""#, "d").await.expect(200)["revision"], 3);
    assert_eq!(change("*", "e").await.expect(200)["revision"], 4);
    assert_eq!(change(r#"W/"4""#, "f").await.problem(400).0, "invalid_if_match");
    assert_eq!(change(r#""of another""#, "f").await.problem(412).0, "revision_mismatch");

    for (method, path) in [(Method::PATCH, "/tasks/1/complete"), (Method::DELETE, "/tasks/1")] {
        let stale = stage.request(method, path).header("if-match", r#""3""#);
        assert_eq!(answer(stale).await.problem(412).0, "revision_mismatch");
    }
    let gone = stage.request(Method::DELETE, "/tasks/1").header("if-match", r#""4""#);
    assert_eq!(answer(gone).await.expect(204), Value::Null);
    stage.close().await;
}

#[tokio::test]
async fn a_task_is_completed_reopened_and_deleted() {
    let stage = Stage::open().await;
    stage.create(&json!({ "title": "a" })).await;
    let act = async |path: &str| answer(stage.request(Method::PATCH, path)).await;
    let done = act("/tasks/1/complete").await.expect(200);
    assert_eq!((&done["status"], &done["revision"]), (&json!("completed"), &json!(2)));
    assert!(done["completed_at"].is_string());
    assert_eq!(act("/tasks/1/complete").await.expect(200), done, "done twice is done");
    assert_eq!(act("/tasks/1/reopen").await.expect(200)["status"], "open");
    let delete = async || answer(stage.request(Method::DELETE, "/tasks/1")).await;
    delete().await.expect(204);
    assert_eq!(delete().await.problem(404).0, "task_not_found");
    assert_eq!(act("/tasks/1/complete").await.problem(404).0, "task_not_found");
    assert_eq!(stage.get("/tasks/1").await.problem(404).0, "task_not_found");
    let patch = stage.send(Method::PATCH, "/tasks/1", &json!({ "title": "b" })).await;
    assert_eq!(patch.problem(404).0, "task_not_found");
    stage.close().await;
}

#[tokio::test]
async fn a_request_that_is_repeated_under_its_key_makes_one_task() {
    let stage = Stage::open().await;
    let make = async |key: &str, title: &str| {
        let request = stage.request(Method::POST, "/tasks").header("idempotency-key", key);
        answer(request.json(&json!({ "title": title }))).await
    };
    let first = make("k-1", "a").await;
    let again = make("k-1", "a").await;
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(make("k-1", "b").await.problem(422).0, "idempotency_key_reused");
    assert_eq!(make("k-2", "a").await.expect(201)["number"], 2);
    let (one, other) = tokio::join!(make("k-3", "c"), make("k-3", "c"));
    assert_eq!(one.expect(201), other.expect(201), "two at once are one");
    let listed = stage.get("/tasks").await.expect(200);
    assert_eq!(listed["tasks"].as_array().unwrap().len(), 3);
    stage.close().await;
}

#[tokio::test]
async fn a_new_task_is_answered_as_it_is_read_and_told() {
    let stage = Stage::open().await;
    let mut heard = Heard::since_now(&stage).await;
    let body = json!({
        "title": "Water", "description": "all", "priority": "low", "tags": ["b", "a"], "project": "home",
        "due": { "local": "2031-11-21T09:00" }, "duration_minutes": 5,
        "recurrence": { "rule": "FREQ=WEEKLY;BYDAY=FR", "except": ["2031-12-05"] },
        "reminders": [{ "before_minutes": 60, "channel": "email" }, { "at": "2031-11-20T10:00:00.1234567Z" }],
    });
    let instant =
        json!({ "title": "Call", "due": { "at": "2031-11-21T09:00:00Z", "zone": "Asia/Karachi" } });
    for (number, body) in
        [(1, body), (2, instant), (3, json!({ "title": "x", "due": { "date": "2031-11-21" } }))]
    {
        let made = stage.create(&body).await;
        assert_eq!(made["number"], number);
        assert_eq!(stage.get(&format!("/tasks/{number}")).await.expect(200), made, "read back");
        let told = eventually("both events", async || {
            let of_this = |event: &Value| event["task_id"] == made["id"];
            let event = heard.events("task-events").into_iter().find(of_this)?;
            let update = heard.events("task-updates").into_iter().find(of_this)?;
            Some([event["task_data"].clone(), update["task_data"].clone()])
        })
        .await;
        assert_eq!(told, [made.clone(), made.clone()]);
        // A change of something else leaves what was planned alone.
        let path = format!("/tasks/{number}");
        let renamed =
            stage.send(Method::PATCH, &path, &json!({ "title": "other" })).await.expect(200);
        assert_eq!(renamed["reminders"], made["reminders"]);
        assert_eq!(renamed["recurrence"], made["recurrence"]);
    }
    stage.close().await;
}
