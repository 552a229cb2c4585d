//! Bodies that break rules are refused with the field and the rule, and nothing is stored.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, answer};

fn with(field: &str, value: Value) -> Value {
    let mut body = json!({ "title": "a" });
    body[field] = value;
    body
}

#[tokio::test]
async fn a_new_task_that_breaks_a_rule_names_it() {
    let stage = Stage::open().await;
    let tags: Vec<_> = (0..100).map(|number| format!("t{number}")).collect();
    for (body, pointer) in [
        (json!({}), "#/title"),
        (json!({ "title": "" }), "#/title"),
        (json!({ "title": "  " }), "#/title"),
        (json!({ "title": "\u{200b}\u{202e}" }), "#/title"),
        (json!({ "title": 7 }), "#/title"),
        (json!({ "title": null }), "#/title"),
        (json!({ "title": "x".repeat(501) }), "#/title"),
        (json!({ "title": "a\u{0}b" }), "#/title"),
        (json!([]), "#"),
        (json!(["a", "", "none", [], null, null, null, null, null]), "#"),
        (with("priority", Value::Null), "#/priority"),
        (with("priority", json!({ "high": null })), "#/priority"),
        (with("due", json!(["2026-12-01", null, null, null])), "#/due"),
        (with("due", json!({ "local": "2026-12-31T23:59:60" })), "#/due"),
        (with("due", json!({ "at": "2026-12-31T23:59:60Z" })), "#/due"),
        (with("titel", json!("b")), "#/titel"),
        (with("user_id", json!("ada")), "#/user_id"),
        (with("priority", json!("asap")), "#/priority"),
        (with("description", json!("a\u{0}b")), "#/description"),
        (with("tags", json!("home")), "#/tags"),
        (with("tags", json!(["ok", 2])), "#/tags/1"),
        (with("tags", json!(tags)), "#/tags/30"),
        (with("due", json!({ "date": "2026-02-30" })), "#/due"),
        (with("due", json!({ "date": "9999-01-01" })), "#/due"),
        (with("due", json!({ "local": "2026-01-01T25:00" })), "#/due"),
        (with("due", json!({ "at": "2026-01-01T00:00:00Z", "zone": "Mars/Olympus" })), "#/due"),
        (with("due", json!({ "date": "2026-01-01", "local": "2026-01-01T10:00" })), "#/due"),
        (with("duration_minutes", json!(0)), "#/duration_minutes"),
        (with("duration_minutes", json!(-1)), "#/duration_minutes"),
        (with("reminders", json!([{ "before_minutes": 5 }])), "#/reminders/0"),
        (with("reminders", json!([{ "at": "2020-01-01T00:00:00Z" }])), "#/reminders/0"),
        (with("reminders", json!([{ "at": "tomorrow" }])), "#/reminders/0/at"),
        (with("reminders", json!([{ "at": "2031-01-01T00:00:00Z", "zz": 1 }])), "#/reminders/0/zz"),
        (
            with("reminders", json!([{ "at": "2031-01-01T00:00:00Z", "channel": "pigeon" }])),
            "#/reminders/0/channel",
        ),
        (
            with("reminders", json!([{ "at": "2031-01-01T00:00:00Z", "before_minutes": 5 }])),
            "#/reminders/0",
        ),
        (with("recurrence", json!({ "rule": "FREQ=SOMETIMES" })), "#/recurrence/rule"),
        (
            with("recurrence", json!({ "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" })),
            "#/recurrence/rule",
        ),
        (with("recurrence", json!({ "rule": "0 0 30 2 *" })), "#/recurrence/rule"),
    ] {
        let answer = stage.send(Method::POST, "/tasks", &body).await;
        let (_, found) = answer.problem(422);
        assert!(found.starts_with(pointer), "{body}: {found}, {}", answer.text);
    }
    let both =
        stage.send(Method::POST, "/tasks", &json!({ "title": "", "duration_minutes": 0 })).await;
    assert_eq!(both.expect(422)["errors"].as_array().unwrap().len(), 2, "all faults at once");
    assert_eq!(stage.get("/tasks?status=all").await.expect(200)["sequence"], 0);
    stage.close().await;
}

#[tokio::test]
async fn a_body_that_is_no_json_of_ours_is_refused() {
    let stage = Stage::open().await;
    let post = async |kind: &str, body: String| {
        let request = stage.request(Method::POST, "/tasks").header("content-type", kind);
        answer(request.body(body)).await
    };
    let json = "application/json";
    assert_eq!(post(json, "{".into()).await.problem(400).0, "malformed_json");
    assert_eq!(post(json, String::new()).await.problem(400).0, "malformed_json");
    assert_eq!(post("text/plain", "{}".into()).await.problem(415).0, "unsupported_media_type");
    let huge = format!(r#"{{"title":"{}"}}"#, "x".repeat(10 * 1024 * 1024));
    assert_eq!(post(json, huge).await.problem(413).0, "payload_too_large");
    let key = stage.request(Method::POST, "/tasks").header("idempotency-key", "x".repeat(256));
    let key = answer(key.json(&json!({ "title": "a" }))).await;
    assert_eq!(key.problem(400).0, "invalid_idempotency_key");
    stage.close().await;
}

#[tokio::test]
async fn a_change_that_breaks_a_rule_names_it() {
    let stage = Stage::open().await;
    let task = stage.create(&json!({ "title": "a" })).await;
    for (body, pointer) in [
        (json!({ "title": null }), "#/title"),
        (json!({ "revision": 2 }), "#/revision"),
        (json!({ "recurrence": { "rule": "FREQ=DAILY" } }), "#/recurrence"),
        (json!({ "reminders": [{ "before_minutes": 5 }] }), "#/reminders"),
        (
            json!({ "due": { "date": "2031-01-01" }, "recurrence": { "rule": "0 0 30 2 *" } }),
            "#/recurrence",
        ),
    ] {
        let (_, found) = stage.send(Method::PATCH, "/tasks/1", &body).await.problem(422);
        assert!(found.starts_with(pointer), "{body}: {found}");
    }
    for name in ["0", "x", "1.5", "9223372036854775808", "%00", "%ff"] {
        let answer = stage.get(&format!("/tasks/{name}")).await;
        assert_eq!(answer.problem(400), ("invalid_path".into(), "{id}".into()), "{name}");
    }
    assert_eq!(stage.get("/tasks/1").await.expect(200), task);
    stage.close().await;
}
