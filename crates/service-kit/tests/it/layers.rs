//! Public routes through their layers: one error shape, and the headers every answer has.

use std::{io, time::Duration};

use axum::{
    Router,
    body::Bytes,
    response::IntoResponse as _,
    routing::{get, post},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use todo_dapr::TraceContext;
use todo_service_kit::{
    Problem,
    extract::{Json, Path, Query},
    http::{PublicOptions, public},
};

use crate::harness::{Headers, request, send};

const JSON: (&str, &str) = ("content-type", "application/json");
const BODY_LIMIT: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    title: String,
}

#[derive(Deserialize)]
struct Page {
    limit: Option<u16>,
}

async fn never() -> &'static str {
    std::future::pending().await
}

async fn explode() -> &'static str {
    panic!("secret detail")
}

async fn fail() -> Problem {
    Problem::internal(io::Error::other("secret detail"))
}

fn router() -> Router {
    let routes = Router::new()
        .route("/draft", post(|Json(draft): Json<Draft>| async move { draft.title }))
        .route("/bytes", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/list", get(|Query(page): Query<Page>| async move { format!("{:?}", page.limit) }))
        .route("/item/{id}", get(|Path(id): Path<u32>| async move { id.to_string() }))
        .route("/panic", get(explode))
        .route("/fail", get(fail))
        .route("/never", get(never))
        .route("/library", get(|| async { (StatusCode::NOT_ACCEPTABLE, "send Accept: a/b") }))
        .route("/trace", get(|| async { TraceContext::current().unwrap().trace_id() }))
        .route("/large", get(|| async { "abc ".repeat(2000) }))
        .route("/page", get(|| async { [("content-security-policy", "default-src 'self'")] }));
    let options = PublicOptions { timeout: Duration::from_millis(50), ..PublicOptions::default() };
    public(routes, BODY_LIMIT, &options)
}

#[tokio::test]
async fn every_error_is_a_problem_with_its_code() {
    let too_long = format!(r#"{{"title":"{}"}}"#, "x".repeat(BODY_LIMIT));
    let cases: &[(&str, Headers<'_>, &str, u16, &str)] = &[
        ("GET /nowhere", &[], "", 404, "route_not_found"),
        ("DELETE /draft", &[], "", 405, "method_not_allowed"),
        ("POST /draft", &[JSON], "{", 400, "malformed_json"),
        ("POST /draft", &[], "{}", 415, "unsupported_media_type"),
        ("POST /draft", &[("content-type", "text/plain")], "{}", 415, "unsupported_media_type"),
        ("POST /draft", &[JSON], &too_long, 413, "payload_too_large"),
        ("POST /bytes", &[], &too_long, 413, "payload_too_large"),
        ("POST /draft", &[JSON], r#"{"title":1}"#, 422, "invalid_body"),
        ("POST /draft", &[JSON], r#"{"title":"a","b":1}"#, 422, "invalid_body"),
        ("GET /list?limit=many", &[], "", 400, "invalid_query"),
        ("GET /item/first", &[], "", 400, "invalid_path"),
        ("GET /item/%ff", &[], "", 400, "invalid_path"),
        ("GET /panic", &[], "", 500, "internal"),
        ("GET /fail", &[], "", 500, "internal"),
        ("GET /never", &[], "", 504, "timeout"),
        ("GET /library", &[], "", 406, "refused"),
    ];
    let router = router();
    for (line, headers, body, status, code) in cases {
        let answer = send(&router, request(line, headers, body)).await;
        assert_eq!(answer.status, *status, "{line} {body}");
        assert_eq!(answer.problem()["code"], *code, "{line} {body}");
        assert!(!answer.header("x-request-id").is_empty(), "{line}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{line}");
        let text = String::from_utf8(answer.body).unwrap();
        assert!(!text.contains("secret detail"), "{line} leaks: {text}");
    }
}

#[tokio::test]
async fn a_body_without_a_length_is_limited_too() {
    let chunks = (0..10).map(|_| Ok::<_, io::Error>(Bytes::from_static(&[b'x'; 32])));
    let stream = axum::body::Body::from_stream(futures_util::stream::iter(chunks));
    let mut request = request("POST /draft", &[JSON], "");
    *request.body_mut() = stream;
    let answer = send(&router(), request).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.problem()["code"], "payload_too_large");
}

#[tokio::test]
async fn problems_say_where_and_why() {
    let router = router();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let request_ = request("POST /draft", &[JSON, ("traceparent", &parent)], "{}");
    let problem = send(&router, request_).await.problem();
    let expected = json!({
        "type": "urn:todo:problem:invalid_body",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "the body breaks a rule",
        "code": "invalid_body",
        "instance": format!("urn:todo:request:{trace}"),
        "errors": [{ "pointer": "#/title", "detail": "missing field `title`" }],
    });
    assert_eq!(problem, expected);

    let path = send(&router, request("GET /item/first", &[], "")).await.problem();
    assert_eq!(path["errors"], json!([{ "pointer": "{id}", "detail": "must be a whole number" }]));
    let library = send(&router, request("GET /library", &[], "")).await.problem();
    assert_eq!(library["detail"], "send Accept: a/b");
    let method = send(&router, request("DELETE /draft", &[], "")).await;
    assert_eq!(method.header("allow"), "POST");
}

#[test]
fn problems_carry_their_headers() {
    let header = |problem: Problem, name: &str| {
        let response = problem.into_response();
        response.headers()[name].to_str().unwrap().to_owned()
    };
    let unauthorized = Problem::unauthorized("token_missing", "a token is needed", "Bearer");
    assert_eq!(header(unauthorized, "www-authenticate"), "Bearer");
    assert_eq!(header(Problem::too_many_requests(Duration::from_millis(1200)), "retry-after"), "2");
    assert_eq!(
        header(Problem::unavailable("starting", Duration::from_secs(1)), "retry-after"),
        "1"
    );
}

#[tokio::test]
async fn security_headers_are_there_and_may_be_overridden() {
    let router = router();
    let answer = send(&router, request("GET /list", &[], "")).await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    let page = send(&router, request("GET /page", &[], "")).await;
    assert_eq!(page.header("content-security-policy"), "default-src 'self'");
}

#[tokio::test]
async fn only_large_answers_are_compressed_and_only_when_asked() {
    let router = router();
    let gzip = &[("accept-encoding", "gzip")];
    let encoding = |line: &'static str, headers: Headers<'static>| {
        let router = router.clone();
        async move {
            send(&router, request(line, headers, "")).await.header("content-encoding").to_owned()
        }
    };
    assert_eq!(encoding("GET /large", gzip).await, "gzip");
    assert_eq!(encoding("GET /large", &[]).await, "");
    assert_eq!(encoding("GET /list", gzip).await, "");
}

#[tokio::test]
async fn trace_and_request_ids_are_taken_over_or_made() {
    let router = router();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let given = send(&router, request("GET /trace", &[("traceparent", &parent)], "")).await;
    assert_eq!(given.body, trace.as_bytes());
    assert_eq!(given.header("x-request-id"), trace);

    let named = send(&router, request("GET /trace", &[("x-request-id", "mine-1")], "")).await;
    assert_eq!(named.header("x-request-id"), "mine-1");
    let evil = send(&router, request("GET /trace", &[("x-request-id", "a b\tc")], "")).await;
    assert_eq!(evil.header("x-request-id").as_bytes(), evil.body);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_path() {
    let metrics = todo_service_kit::telemetry::Metrics::install();
    let router = router();
    send(&router, request("GET /item/41", &[], "")).await;
    send(&router, request("GET /item/42", &[], "")).await;
    send(&router, request("BREW /item/43", &[], "")).await;
    metrics.run_upkeep();
    let text = metrics.render();
    let counted = r#"http_requests_total{route="/item/{id}",method="GET",status="200"} 2"#;
    assert!(text.contains(counted), "{text}");
    assert!(text.contains(r#"method="other",status="405""#), "{text}");
    assert!(text.contains("http_request_duration_seconds_bucket"), "{text}");
    let free = r#"http_request_sidecar_calls_bucket{route="/item/{id}",method="GET",status="200",le="0"} 2"#;
    assert!(text.contains(free), "{text}");
    assert!(!text.contains("/item/41"), "{text}");
}
