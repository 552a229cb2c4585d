//! What other services answer for the user, and what is said when they are away.

use axum::{
    Json, Router,
    http::{StatusCode, Uri},
    response::IntoResponse,
    routing::get,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Answers what it was asked.
async fn echo(uri: Uri) -> Json<Value> {
    Json(json!({ "entries": [], "asked": uri.to_string() }))
}

#[tokio::test]
async fn the_trail_is_read_from_audit() {
    let audit = Router::new().route("/internal/entries", get(echo));
    let stage = Stage::open_with(&[], Some(("audit", audit))).await;
    let page = stage.get("/audit?limit=5&from=2026-11-22T12:00:00Z").await.expect(200);
    let asked = "/internal/entries?user_id=ziakhan&from=2026-11-22T12:00:00Z&limit=5";
    assert_eq!(page["asked"], asked);
    for (query, pointer) in
        [("limit=201", "?limit"), ("user_id=ada", "?user_id"), ("cursor=%26", "?cursor")]
    {
        assert_eq!(stage.get(&format!("/audit?{query}")).await.problem(400).1, pointer);
    }
    stage.close().await;
}

#[tokio::test]
async fn what_was_told_is_read_from_notification() {
    let routes = Router::new().route("/internal/notifications", get(echo));
    let stage = Stage::open_with(&[], Some(("notification", routes))).await;
    let asked = "/internal/notifications?user_id=ziakhan";
    assert_eq!(stage.get("/notifications").await.expect(200)["asked"], asked);
    let since = "since=2026-11-22T14:00:00.123456%2B02:00";
    let page = stage.get(&format!("/notifications?{since}")).await.expect(200);
    assert_eq!(page["asked"], format!("{asked}&since=2026-11-22T12:00:00.123456Z"));
    for (query, pointer) in [
        ("since=monday", "?since"),
        ("since=%2B99999-01-01T00:00:00Z", "?since"),
        ("user_id=ada", "?user_id"),
    ] {
        assert_eq!(stage.get(&format!("/notifications?{query}")).await.problem(400).1, pointer);
    }
    stage.close().await;
}

#[tokio::test]
async fn preferences_are_kept_by_notification() {
    async fn keep(Json(body): Json<Value>) -> axum::response::Response {
        if body["email"] == "x" {
            let kind = [("content-type", "application/problem+json")];
            let problem = json!({ "status": 422, "title": "", "detail": "", "code": "invalid_body",
                "errors": [{ "pointer": "#/email", "detail": "must have an @" }] });
            return (StatusCode::UNPROCESSABLE_ENTITY, kind, problem.to_string()).into_response();
        }
        Json(body).into_response()
    }
    let routes = Router::new().route("/internal/preferences", get(echo).put(keep));
    let stage = Stage::open_with(&[], Some(("notification", routes))).await;
    let path = "/notifications/preferences";
    let read = stage.get(path).await.expect(200);
    assert_eq!(read["asked"], "/internal/preferences?user_id=ziakhan");
    let wishes = json!({ "email": "zia@example.com", "changes_by": ["mcp"], "muted_until": null });
    assert_eq!(stage.send(Method::PUT, path, &wishes).await.expect(200), wishes);
    let refused = stage.send(Method::PUT, path, &json!({ "email": "x" })).await;
    assert_eq!(refused.problem(422).1, "#/email", "its refusals are handed on");
    let unknown = stage.send(Method::PUT, path, &json!({ "e_mail": "x" })).await;
    assert_eq!(unknown.problem(422).1, "#/e_mail");
    stage.close().await;
}

#[tokio::test]
async fn a_service_that_is_away_or_confused_is_a_problem() {
    let confused = Router::new().route("/internal/entries", get(|| async { "plain" }));
    let stage = Stage::open_with(&[], Some(("audit", confused))).await;
    assert_eq!(stage.get("/audit").await.problem(502).0, "audit_unavailable");
    let away = stage.get("/notifications/preferences").await;
    assert_eq!(away.problem(503).0, "notifications_unavailable");
    assert_eq!(away.header("retry-after"), "2");
    stage.close().await;
}
