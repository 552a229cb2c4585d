//! `bindings.postgresql` with its traps, cron, and the HTTP binding.

use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Sidecar, TestApp, World, ok, optional, world};

const DB: &str = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: db }\nspec:\n  type: bindings.postgresql\n  \
    version: v1\n  metadata:\n  - { name: connectionString, value: \"DATABASE\" }\n";

async fn database() -> (World, Sidecar) {
    let world = world([DB]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let table = "CREATE TABLE things (id uuid PRIMARY KEY, name text UNIQUE, n bigint)";
    assert_eq!(sidecar.binding("db", "exec", table, "").await.status(), 200);
    (world, sidecar)
}

async fn rows(answer: Response) -> Value {
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn exec_tells_what_it_did_in_headers() {
    let (_world, sidecar) = database().await;
    let sql = "INSERT INTO things (id, name, n)\nSELECT gen_random_uuid(), 'x' || i, i FROM generate_series(1, 3) i";
    let answer = sidecar.binding("db", "exec", sql, "").await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("metadata.rows-affected"), "3");
    assert_eq!(header("metadata.operation"), "exec");
    assert_eq!(header("metadata.sql"), sql.replace('\n', " "));
    assert!(!header("metadata.start-time").is_empty() && !header("metadata.end-time").is_empty());
    // As Go writes it: microseconds with a Greek letter, which is UTF-8 in a header.
    let duration = std::str::from_utf8(answer.headers()["metadata.duration"].as_bytes()).unwrap();
    assert!(duration.ends_with('s'), "{duration}");
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn values_look_as_pgx_makes_them() {
    let (_world, sidecar) = database().await;
    let sql = "SELECT '00000000-0000-0000-0000-0000000000ff'::uuid, 1::int, 9007199254740993::bigint, 1.50::numeric, \
               true, NULL::text, 'tex<t'::text, '2026-01-02T03:04:05.5Z'::timestamptz, '{\"b\":1,\"a\":2.0}'::jsonb, \
               ARRAY['x','y'], '\\x6869'::bytea, '01:00:00'::time, 'NaN'::numeric, '10.0.0.1/8'::inet, date '2024-01-02'";
    let row = rows(sidecar.binding("db", "query", sql, "").await).await;
    let mut id = vec![0; 15];
    id.push(255);
    let expected = json!([[id, 1, 9_007_199_254_740_993_i64, 1.5, true, null, "tex<t", "2026-01-02T03:04:05.5Z",
        {"a": 2, "b": 1}, ["x", "y"], "aGk=", {"Microseconds": 3_600_000_000_i64, "Valid": true}, "NaN", "10.0.0.1/8",
        "2024-01-02T00:00:00Z"]]);
    assert_eq!(row, expected);
}

#[tokio::test]
async fn rarer_values_do_too() {
    let (_world, sidecar) = database().await;
    let sql = "SELECT ARRAY[1,2]::int[], 0.1::float8, 1.25::float4, '2026-01-02 03:04:05'::timestamp, \
               interval '1 month 2 days 3 seconds', '[1,2]'::json, 'a'::\"char\", 12345678901234567890.5::numeric, \
               'infinity'::timestamptz, ARRAY['00000000-0000-0000-0000-000000000001'::uuid]::text[], ''::text, \
               '{}'::text[], NULL::uuid, '{\"n\":9007199254740993}'::jsonb, 32767::smallint";
    let row = rows(sidecar.binding("db", "query", sql, "").await).await;
    let expected = json!([[[1, 2], 0.1, 1.25, "2026-01-02T03:04:05Z",
        {"Microseconds": 3_000_000, "Days": 2, "Months": 1, "Valid": true}, [1, 2], 97,
        12_345_678_901_234_567_890.5_f64, 1, ["00000000-0000-0000-0000-000000000001"], "", [], null,
        {"n": 9_007_199_254_740_992_i64}, 32767]]);
    assert_eq!(row, expected);
    let nan = sidecar.binding("db", "query", "SELECT 'NaN'::float8", "").await;
    assert_eq!(nan.status(), 500);
    assert_eq!(
        rows(sidecar.binding("db", "query", "SELECT 1 WHERE false", "").await).await,
        json!([])
    );
}

#[tokio::test]
async fn strings_serve_as_parameters_of_any_type() {
    let (_world, sidecar) = database().await;
    let sql = "SELECT $1::uuid::text, $2::bigint + 1, $3::jsonb->>'k', $4::timestamptz::text IS NOT NULL, $5::text[], $6::bool";
    let params = json!([
        "00000000-0000-0000-0000-000000000001",
        "41",
        "{\"k\":\"v\"}",
        "2026-01-01T00:00:00Z",
        ["p", "q"],
        true
    ]);
    let answer = rows(sidecar.binding("db", "query", sql, &params.to_string()).await).await;
    assert_eq!(
        answer,
        json!([["00000000-0000-0000-0000-000000000001", 42, "v", true, ["p", "q"], true]])
    );
    let wrong = sidecar.binding("db", "query", "SELECT $1::text", "[5]").await;
    assert_eq!(wrong.status(), 500, "a number is no text");
    let missing = sidecar.binding("db", "query", "SELECT $1::text", "[]").await;
    assert!(missing.text().await.unwrap().contains("expected 1 arguments, got 0"));
    assert_eq!(sidecar.binding("db", "query", "SELECT 1", "{nonsense").await.status(), 500);
}

#[tokio::test]
async fn query_hides_errors_of_execution() {
    let (_world, sidecar) = database().await;
    let insert = "INSERT INTO things (id, name) VALUES (gen_random_uuid(), $1) RETURNING name";
    assert_eq!(rows(sidecar.binding("db", "query", insert, "[\"x\"]").await).await, json!([["x"]]));
    let hidden = [
        (insert, "[\"x\"]", json!([])),
        ("SELECT $1::uuid::text", "[\"no uuid\"]", json!([])),
        ("SELECT 6 / (3 - i) FROM generate_series(1, 5) i", "", json!([[3], [6]])),
    ];
    for (sql, params, expected) in hidden {
        assert_eq!(
            rows(sidecar.binding("db", "query", sql, params).await).await,
            expected,
            "{sql}"
        );
    }
    let count = rows(sidecar.binding("db", "query", "SELECT count(*) FROM things", "").await).await;
    assert_eq!(count, json!([[1]]), "the connection is fit for use afterwards");
}

#[tokio::test]
async fn other_errors_are_told() {
    let (_world, sidecar) = database().await;
    sidecar
        .binding("db", "exec", "INSERT INTO things VALUES (gen_random_uuid(), 'x', 1)", "")
        .await;
    let told = [
        ("query", "SELEC 1", "", "42601"),
        ("query", "SELECT * FROM nowhere", "", "42P01"),
        (
            "exec",
            "INSERT INTO things (id, name) VALUES (gen_random_uuid(), $1)",
            "[\"x\"]",
            "23505",
        ),
        ("exec", "INSERT INTO things VALUES (gen_random_uuid(), 'x', 1)", "", "23505"),
    ];
    for (operation, sql, params, code) in told {
        let answer = sidecar.binding("db", operation, sql, params).await;
        assert_eq!(answer.status(), 500, "{sql}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["errorCode"], "ERR_INVOKE_OUTPUT_BINDING");
        let message = body["message"].as_str().unwrap();
        assert!(
            message.starts_with("error invoking output binding db: error executing query"),
            "{message}"
        );
        assert!(message.contains(&format!("(SQLSTATE {code})")), "{message}");
    }
    assert_eq!(sidecar.binding("elsewhere", "query", "SELECT 1", "").await.status(), 500);
    assert_eq!(sidecar.binding("db", "drop", "SELECT 1", "").await.status(), 500);
}

#[tokio::test]
async fn several_statements_run_without_parameters_only() {
    let (_world, sidecar) = database().await;
    let sql = "CREATE TABLE one (); CREATE TABLE two ()";
    assert_eq!(sidecar.binding("db", "exec", sql, "").await.status(), 200);
    assert_eq!(sidecar.binding("db", "query", sql, "").await.status(), 500);
}

#[tokio::test]
async fn close_ends_the_pool() {
    let (_world, sidecar) = database().await;
    let closed = sidecar.post("/v1.0/bindings/db", &json!({"operation": "close"})).await;
    assert_eq!(closed.status(), 204);
    assert_eq!(sidecar.binding("db", "query", "SELECT 1", "").await.status(), 500);
}

#[tokio::test]
async fn cron_asks_first_and_then_calls() {
    let app =
        TestApp::start(
            |call, _| if call.path == "/unwanted" { (404, String::new()) } else { ok(call, 0) },
        )
        .await;
    let cron = |name: &str, extra: &str| {
        format!(
            "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec:\n  type: bindings.cron\n  \
             version: v1\n  metadata:\n  - {{ name: schedule, value: \"@every 50ms\" }}\n{extra}"
        )
    };
    let files = [
        cron("wanted", ""),
        cron("unwanted", ""),
        cron("routed", "  - { name: route, value: /cron/x }\n"),
    ];
    let _world = world(files).app("a", app.port).start().await;
    let calls = app.calls.wait_for("/wanted", 3).await;
    assert!(calls[0].body.is_empty());
    // As Go prints an instant.
    assert!(calls[0].header("readtimeutc").contains(" +0000 UTC"));
    app.calls.wait_for("/cron/x", 1).await;
    assert!(app.calls.posts("/unwanted").is_empty());
    assert!(
        app.calls
            .all()
            .iter()
            .any(|c| c.method == reqwest::Method::OPTIONS && c.path == "/unwanted")
    );
}

#[tokio::test]
async fn the_http_binding_calls_its_host() {
    let host = TestApp::start(|call, _| match call.path.as_str() {
        "/base/fine" => (201, "{\"done\":true}".to_owned()),
        _ => (503, String::new()),
    })
    .await;
    let component = format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: out }}\nspec:\n  type: bindings.http\n  version: v1\n  \
         metadata:\n  - {{ name: url, value: \"http://127.0.0.1:{}/base\" }}\n",
        host.port
    );
    let world = world([component]).client("a").start().await;
    let call = |path: &str| json!({"operation": "post", "data": {"a": 1}, "metadata": {"path": path, "X-Note": "n", "note": "no"}});
    let answer = world.sidecar("a").post("/v1.0/bindings/out", &call("/fine")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["metadata.statuscode"], "201");
    let received = host.calls.wait_for("/base/fine", 1).await.remove(0);
    assert_eq!(received.json(), json!({"a": 1}));
    assert_eq!((received.header("x-note"), received.header("note")), ("n", ""));
    let failed = world.sidecar("a").post("/v1.0/bindings/out", &call("/broken")).await;
    assert_eq!(failed.status(), 500);
    assert_eq!(failed.headers()["metadata.statuscode"], "503");
}

#[tokio::test]
async fn notifications_go_to_a_webhook() {
    let host =
        TestApp::start(|_, before| (if before == 0 { 202 } else { 410 }, String::new())).await;
    let component =
        optional("webhook.yaml").replace("127.0.0.1:9000", &format!("127.0.0.1:{}", host.port));
    let world = world([component]).client("notification").start().await;
    let call = json!({"operation": "post", "data": {"title": "Call mom"}, "metadata": {"Idempotency-Key": "7"}});
    let sidecar = world.sidecar("notification");
    assert_eq!(sidecar.post("/v1.0/bindings/webhook", &call).await.status(), 200);
    let received = host.calls.wait_for("/todo", 1).await.remove(0);
    assert_eq!(received.json(), json!({"title": "Call mom"}));
    assert_eq!(received.header("idempotency-key"), "7");
    assert_eq!(sidecar.post("/v1.0/bindings/webhook", &call).await.status(), 500);
}
