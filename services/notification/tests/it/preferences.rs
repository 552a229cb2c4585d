//! What chat-api reads and writes for its users.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

const PATH: &str = "internal/preferences?user_id=ziakhan";

async fn ask(stage: &Stage, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let reply = stage.call(method, path, body).await;
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

#[tokio::test]
async fn preferences_have_defaults_and_are_replaced_whole() {
    let stage = Stage::open(&[]).await;
    let empty = json!({ "email": null, "changes_by": [], "muted_until": null });
    assert_eq!(ask(&stage, Method::GET, PATH, &json!({})).await, (200, empty.clone()));

    let wishes = json!({ "email": "zia@example.org", "changes_by": ["recurring", "mcp", "mcp"], "muted_until": "2026-11-23T09:00:00+05:00" });
    let stored = json!({ "email": "zia@example.org", "changes_by": ["mcp", "recurring"], "muted_until": "2026-11-23T04:00:00Z" });
    assert_eq!(ask(&stage, Method::PUT, PATH, &wishes).await, (200, stored.clone()));
    assert_eq!(ask(&stage, Method::GET, PATH, &json!({})).await, (200, stored));
    let other = "internal/preferences?user_id=other";
    assert_eq!(ask(&stage, Method::GET, other, &json!({})).await, (200, empty.clone()));

    assert_eq!(ask(&stage, Method::PUT, PATH, &json!({})).await, (200, empty));
    stage.close().await;
}

#[tokio::test]
async fn bad_wishes_are_answered_with_a_problem() {
    let stage = Stage::open(&[]).await;
    for (body, pointer) in [
        (json!({ "email": "zia@example.org;eve@example.org" }), "#/email"),
        (json!({ "email": "zia" }), "#/email"),
        (json!({ "changes_by": ["api"] }), "#/changes_by/0"),
        (json!({ "muted_until": "tomorrow" }), "#/muted_until"),
        (json!({ "muted": true }), "#/muted"),
    ] {
        let (status, problem) = ask(&stage, Method::PUT, PATH, &body).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{problem}");
    }
    let (status, problem) =
        ask(&stage, Method::GET, "internal/preferences?user_id=a%20b", &json!({})).await;
    assert_eq!((status, &problem["code"]), (400, &json!("invalid_query")));
    stage.close().await;
}
