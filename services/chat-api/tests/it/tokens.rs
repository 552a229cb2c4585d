//! Who may ask: the owner with a valid token, and nobody else.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};
use todo_service_kit::Clock;

use crate::{
    resources::JWT_SECRET,
    stage::{Stage, answer, token},
};

fn claims() -> Value {
    json!({ "iss": "todo", "aud": "todo-api", "sub": "ziakhan", "exp": 32_503_680_000_u64 })
}

fn signed(algorithm: Algorithm, claims: &Value, secret: &str) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

#[tokio::test]
async fn a_token_that_is_not_good_opens_nothing() {
    let stage = Stage::open().await;
    let ask = async |token: &str| {
        answer(stage.bare(Method::GET, "/api/ziakhan/tasks").bearer_auth(token)).await
    };
    let good = signed(Algorithm::HS256, &claims(), JWT_SECRET);
    ask(&good).await.expect(200);

    let none = answer(stage.bare(Method::GET, "/api/ziakhan/tasks")).await;
    assert_eq!(none.problem(401).0, "token_missing");
    assert_eq!(none.header("www-authenticate"), "Bearer");
    let expired = token("ziakhan", &Clock::manual(DateTime::UNIX_EPOCH), 60);
    assert_eq!(ask(&expired).await.problem(401).0, "token_expired");

    let payload = good.split('.').nth(1).unwrap();
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let mut other_audience = claims();
    other_audience["aud"] = json!("another-api");
    for bad in [
        format!("{unsigned}.{payload}."),
        good[..good.rfind('.').unwrap() + 1].to_owned(),
        signed(Algorithm::HS512, &claims(), JWT_SECRET),
        signed(Algorithm::HS256, &claims(), "another secret of 32 bytes or more"),
        signed(Algorithm::HS256, &other_audience, JWT_SECRET),
        format!("{good}x"),
        "x".to_owned(),
    ] {
        assert_eq!(ask(&bad).await.problem(401).0, "token_invalid", "{bad}");
    }
    stage.close().await;
}

#[tokio::test]
async fn nobody_reaches_what_belongs_to_another() {
    let stage = Stage::open().await;
    let task = stage.create(&json!({ "title": "secret" })).await;
    let id = task["id"].as_str().unwrap();
    let ada = token("ada", &Clock::system(), 60);
    let as_ada = |method: Method, path: &str| stage.bare(method, path).bearer_auth(&ada);
    for (method, path) in [
        (Method::GET, "/tasks".to_owned()),
        (Method::POST, "/tasks".to_owned()),
        (Method::POST, "/tasks/bulk".to_owned()),
        (Method::GET, "/tasks/1".to_owned()),
        (Method::PATCH, format!("/tasks/{id}/complete")),
        (Method::GET, "/settings".to_owned()),
        (Method::GET, "/audit".to_owned()),
        (Method::GET, "/notifications".to_owned()),
        (Method::GET, "/notifications/preferences".to_owned()),
    ] {
        let foreign = answer(as_ada(method, &format!("/api/ziakhan{path}"))).await;
        assert_eq!(foreign.problem(403).0, "not_your_account", "{path}");
    }
    for (method, path) in [(Method::GET, ""), (Method::DELETE, ""), (Method::PATCH, "/reopen")] {
        let own = answer(as_ada(method, &format!("/api/ada/tasks/{id}{path}"))).await;
        assert_eq!(own.problem(404).0, "task_not_found", "an id of somebody else is no id");
    }
    let bulk = as_ada(Method::POST, "/api/ada/tasks/bulk");
    let bulk = bulk.json(&json!({ "action": "delete", "ids": [id] }));
    assert_eq!(answer(bulk).await.expect(200)["results"][0]["status"], "not_found");
    stage.get("/tasks/1").await.expect(200);
    stage.close().await;
}

#[tokio::test]
async fn development_sign_in_is_only_there_when_it_is_switched_on() {
    let stage = Stage::open().await;
    let sign_in = async |stage: &Stage, body: Value| {
        answer(stage.bare(Method::POST, "/auth/dev-login").json(&body)).await
    };
    let signed_in = sign_in(&stage, json!({ "user_id": "ada" })).await;
    assert_eq!(signed_in.header("cache-control"), "no-store");
    let session = signed_in.expect(200);
    assert_eq!(session["user_id"], "ada");
    let ends: DateTime<chrono::Utc> = session["expires_at"].as_str().unwrap().parse().unwrap();
    let left = (ends - Clock::system().now()).to_std().unwrap();
    assert!(left > Duration::from_secs(12 * 3600 - 60) && left <= Duration::from_secs(12 * 3600));
    let token = session["token"].as_str().unwrap();
    answer(stage.bare(Method::GET, "/api/ada/tasks").bearer_auth(token)).await.expect(200);
    for bad in [json!({ "user_id": "a b" }), json!({ "user_id": "" }), json!({})] {
        assert_eq!(sign_in(&stage, bad).await.problem(422).1, "#/user_id");
    }
    assert_eq!(
        answer(stage.bare(Method::GET, "/config.json")).await.expect(200)["dev_login"],
        true
    );
    stage.close().await;

    let stage = Stage::open_with(&[], None).await;
    let refused = sign_in(&stage, json!({ "user_id": "ada" })).await;
    assert_eq!(refused.problem(404).0, "dev_login_off");
    assert_eq!(
        answer(stage.bare(Method::GET, "/config.json")).await.expect(200)["dev_login"],
        false
    );
    stage.close().await;
}
