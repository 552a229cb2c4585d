//! The page and its surroundings. The tests hold with and without a built page.

use reqwest::Method;

use crate::stage::{Answer, Stage, answer};

async fn get(stage: &Stage, path: &str) -> Answer {
    answer(stage.bare(Method::GET, path)).await
}

#[tokio::test]
async fn the_page_comes_with_a_strict_policy_and_is_kept_as_long_as_it_is_good() {
    let stage = Stage::open_with(&[("WEBSOCKET_URL", "ws://127.0.0.1:9/ws")], None).await;
    let index = get(&stage, "/").await;
    assert_eq!(index.status, 200);
    assert_eq!(index.header("content-type"), "text/html; charset=utf-8");
    assert!(index.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(index.header("x-content-type-options"), "nosniff");
    if index.text.contains("npm run build") {
        return stage.close().await;
    }
    let policy = index.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' ws://127.0.0.1:9;"), "{policy}");
    assert_eq!(index.header("cache-control"), "no-cache");
    let tag = index.header("etag");
    let known = answer(stage.bare(Method::GET, "/").header("if-none-match", tag)).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));

    let start = index.text.find("/assets/").unwrap();
    let asset = index.text[start..].split('"').next().unwrap();
    let asset = get(&stage, asset).await;
    assert_eq!(asset.status, 200);
    assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(asset.header("content-type").ends_with("charset=utf-8"));
    stage.close().await;
}

#[tokio::test]
async fn what_is_nowhere_is_a_problem_and_never_the_page() {
    let stage = Stage::open().await;
    for path in [
        "/nowhere",
        "/tasks/1",
        "/assets/x.js",
        "/index.html",
        "/../Cargo.toml",
        "/api",
        "/api/ziakhan",
    ] {
        assert_eq!(get(&stage, path).await.problem(404).0, "route_not_found", "{path}");
    }
    let method = answer(stage.bare(Method::POST, "/config.json")).await;
    assert_eq!(method.problem(405).0, "method_not_allowed");
    let config = get(&stage, "/config.json").await.expect(200);
    let socket = config["websocket_url"].as_str().unwrap();
    assert!(socket.starts_with("ws://127.0.0.1:") && socket.ends_with("/ws"), "{socket}");
    stage.close().await;
}

#[tokio::test]
async fn what_is_described_is_there() {
    let stage = Stage::open().await;
    let docs = get(&stage, "/docs").await;
    assert_eq!((docs.status, docs.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(get(&stage, "/asyncapi.json").await.text.contains("\"asyncapi\""));
    for part in ["/docs/docs.js", "/docs/docs.css", "/asyncapi.json"] {
        assert!(docs.text.contains(part));
        assert_eq!(get(&stage, part).await.status, 200);
    }
    let document = get(&stage, "/openapi.json").await.expect(200);
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace("/api/{user_id}", "").replace("{id}", "1");
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = if path == "/config.json" || path.starts_with("/auth") {
                stage.bare(method.clone(), &path)
            } else {
                stage.request(method.clone(), &path)
            };
            let answer = answer(request).await;
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            assert!(code != "method_not_allowed" && code != "route_not_found", "{method} {path}");
            let status = answer.status.to_string();
            let described = &operations[method.as_str().to_lowercase()]["responses"];
            assert!(described.get(&status).is_some(), "{method} {path} answers {status}");
        }
    }
    stage.close().await;
}
