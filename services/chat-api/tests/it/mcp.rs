//! Agents: real MCP over HTTP, in the way of either protocol generation.

use std::time::Duration;

use axum::{Json, Router, http::Uri, routing::get};
use chrono::DateTime;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use todo_service_kit::Clock;

use crate::stage::{Answer, Stage, answer, token};

/// An agent with somebody's token.
struct Agent<'a> {
    stage: &'a Stage,
    token: String,
}

impl<'a> Agent<'a> {
    fn of(stage: &'a Stage, user: &str) -> Self {
        Self { stage, token: token(user, &Clock::system(), 600) }
    }

    /// A request with the headers that every client sends.
    fn post(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        post(self.stage, body).bearer_auth(&self.token)
    }

    async fn ask(&self, method: &str, params: Value) -> Answer {
        let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let request = self.post(body.to_string()).header("mcp-protocol-version", "2025-11-25");
        answer(request).await
    }

    /// The result of a call, refused or not.
    async fn result(&self, tool: &str, arguments: Value) -> Value {
        let said = self.ask("tools/call", json!({ "name": tool, "arguments": arguments })).await;
        let said = said.expect(200);
        assert_eq!((&said["id"], &said["error"]), (&json!(7), &Value::Null), "{said:#}");
        said["result"].clone()
    }

    /// What a call answers that succeeds.
    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.result(tool, arguments).await;
        assert_eq!(result["isError"], false, "{tool}: {result:#}");
        let text: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, result["structuredContent"], "both say the same");
        text
    }

    /// Code, argument and text of a call that is refused.
    async fn refused(&self, tool: &str, arguments: Value) -> (String, String, String) {
        let result = self.result(tool, arguments).await;
        assert_eq!(result["isError"], true, "{tool}: {result:#}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let refusal = &result["structuredContent"];
        let argument = text(&refusal["errors"][0]["argument"]);
        (text(&refusal["code"]), argument, text(&result["content"][0]["text"]))
    }
}

fn post(stage: &Stage, body: impl Into<reqwest::Body>) -> RequestBuilder {
    stage
        .bare(Method::POST, "/mcp")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(body)
}

fn initialize() -> Value {
    json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } })
}

#[tokio::test]
async fn an_agent_says_hello_and_sees_the_tools() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    let hello = agent.ask("initialize", initialize()).await;
    let result = hello.expect(200)["result"].clone();
    assert_eq!(result["serverInfo"]["name"], "todo", "{result:#}");
    assert_eq!(result["protocolVersion"], "2025-11-25");
    assert!(result["instructions"].as_str().unwrap().contains("get_settings"));
    assert_eq!(hello.header("content-type"), "application/json");
    assert_eq!(hello.header("mcp-session-id"), "", "no replica remembers anything");
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(answer(agent.post(initialized.to_string())).await.status, 202);

    let tools = agent.ask("tools/list", json!({})).await.expect(200)["result"]["tools"].clone();
    let tools = tools.as_array().unwrap();
    assert_eq!(tools.len(), 11);
    for tool in tools {
        assert!(tool["annotations"]["readOnlyHint"].is_boolean(), "{tool:#}");
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool:#}");
        assert!(tool["description"].as_str().unwrap().len() > 20, "{tool:#}");
    }
    let unknown = agent.ask("tools/call", json!({ "name": "drop_tables" })).await.expect(200);
    assert_eq!(unknown["error"]["code"], -32602, "{unknown:#}");
    stage.close().await;
}

/// The protocol of 2026-07-28: no handshake, every request says what it needs.
#[tokio::test]
async fn a_request_can_stand_alone() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    let version = "2026-07-28";
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let params = json!({ "name": "add_task", "arguments": { "title": "Buy milk" }, "_meta": meta });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let request = agent
        .post(body.to_string())
        .header("mcp-protocol-version", version)
        .header("mcp-method", "tools/call")
        .header("mcp-name", "add_task");
    let said = answer(request).await.expect(200);
    assert_eq!(said["result"]["structuredContent"]["task"]["title"], "Buy milk", "{said:#}");
    stage.close().await;
}

#[tokio::test]
async fn tasks_are_made_found_changed_and_deleted() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    let milk = json!({ "title": "Buy milk", "priority": "high", "tags": ["shop"],
        "due": { "date": "2031-11-22" }, "idempotency_key": "milk-1" });
    let made = agent.call("add_task", milk.clone()).await;
    let id = made["task"]["id"].clone();
    assert_eq!((&made["task"]["created_by"], &made["replayed"]), (&json!("mcp"), &json!(false)));
    let again = agent.call("add_task", milk).await;
    assert_eq!((&again["task"]["id"], &again["replayed"]), (&id, &json!(true)));
    let quick = agent.call("quick_add", json!({ "text": "Call mom on 2031-11-21 at 5pm" })).await;
    assert_eq!(quick["task"]["due"], json!({ "local": "2031-11-21T17:00" }));

    let found = async |filters: Value| {
        let page = agent.call("list_tasks", filters).await;
        let tasks = page["tasks"].as_array().unwrap();
        tasks.iter().map(|task| task["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found(json!({})).await, [2, 1], "soonest due first");
    assert_eq!(found(json!({ "sort": ["-priority", "number"] })).await, [1, 2]);
    assert_eq!(
        found(json!({ "search": "mil", "tags": ["#shop", "x"], "tag_match": "any" })).await,
        [1]
    );
    assert_eq!(found(json!({ "priority": ["high", "urgent"] })).await, [1]);
    assert_eq!(found(json!({ "due_from": "2031-11-22", "due_to": "2031-11-23" })).await, [1]);
    let first = agent.call("list_tasks", json!({ "limit": 1 })).await;
    assert_eq!(found(json!({ "limit": 1, "cursor": first["next_cursor"] })).await, [1]);

    let change = json!({ "task": 1, "due": null, "title": "Buy oat milk", "if_revision": 1 });
    let changed = agent.call("update_task", change.clone()).await;
    let task = &changed["task"];
    assert_eq!((&task["due"], &task["title"]), (&Value::Null, &json!("Buy oat milk")));
    assert_eq!((&task["priority"], &task["revision"]), (&json!("high"), &json!(2)));
    assert_eq!(agent.refused("update_task", change).await.0, "revision_mismatch");

    let done = agent.call("complete_task", json!({ "task": id })).await;
    assert_eq!((&done["task"]["status"], &done["changed"]), (&json!("completed"), &json!(true)));
    let done = agent.call("complete_task", json!({ "task": "1" })).await;
    assert_eq!(done["changed"], false);
    assert_eq!(found(json!({ "status": "completed" })).await, [1]);
    agent.call("reopen_task", json!({ "task": 1 })).await;
    assert_eq!(agent.call("get_task", json!({ "task": 1 })).await["task"]["status"], "open");
    let gone = agent.call("delete_task", json!({ "task": 1 })).await;
    assert_eq!(gone["deleted"]["title"], "Buy oat milk");
    assert_eq!(agent.refused("get_task", json!({ "task": 1 })).await.0, "task_not_found");
    assert_eq!(stage.get("/tasks").await.expect(200)["tasks"].as_array().unwrap().len(), 1);
    let back = agent.call("restore_task", json!({ "task": 1 })).await;
    assert_eq!((&back["task"]["id"], &back["changed"]), (&id, &json!(true)));
    let back = agent.call("restore_task", json!({ "task": 1 })).await;
    assert_eq!(back["changed"], false);
    stage.close().await;
}

#[tokio::test]
async fn a_refusal_names_the_argument_and_the_rule() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    agent.call("add_task", json!({ "title": "Buy milk", "idempotency_key": "k" })).await;
    for (tool, arguments, code, argument) in [
        ("add_task", json!({}), "invalid_arguments", "title"),
        ("add_task", json!({ "title": " " }), "invalid_task", "title"),
        ("add_task", json!({ "title": 5 }), "invalid_arguments", "title"),
        ("add_task", json!({ "title": "x", "user_id": "ada" }), "invalid_arguments", "user_id"),
        ("add_task", json!({ "title": "x", "due": "tomorrow" }), "invalid_arguments", "due"),
        (
            "add_task",
            json!({ "title": "x", "idempotency_key": "" }),
            "invalid_arguments",
            "idempotency_key",
        ),
        ("add_task", json!({ "title": "x", "idempotency_key": "k" }), "idempotency_key_reused", ""),
        ("quick_add", json!({ "text": "delete task 1" }), "not_a_task", "text"),
        ("quick_add", json!({ "text": "Party on feb 30" }), "unreadable_line", "text"),
        ("list_tasks", json!({ "limit": 201 }), "invalid_query", "limit"),
        ("list_tasks", json!({ "sort": ["colour"] }), "invalid_query", "sort"),
        ("list_tasks", json!({ "search": "x\u{7}" }), "invalid_query", "search"),
        ("list_tasks", json!({ "due_to": "soon" }), "invalid_arguments", "due_to"),
        ("list_tasks", json!({ "cursor": "ab" }), "cursor_mismatch", "cursor"),
        ("get_task", json!({ "task": "the milk" }), "invalid_arguments", "task"),
        ("get_task", json!({ "task": 77 }), "task_not_found", ""),
        ("update_task", json!({ "task": 1, "title": null }), "invalid_task", "title"),
        (
            "update_task",
            json!({ "task": 1, "recurrence": { "rule": "FREQ=DAILY" } }),
            "invalid_task",
            "recurrence",
        ),
        ("complete_task", json!({ "tasks": [1] }), "invalid_arguments", "tasks"),
        ("get_history", json!({ "limit": 0 }), "invalid_query", "limit"),
        ("get_settings", json!({ "user_id": "ada" }), "invalid_arguments", "user_id"),
    ] {
        let (refused, named, text) = agent.refused(tool, arguments.clone()).await;
        assert_eq!(
            (refused.as_str(), named.as_str()),
            (code, argument),
            "{tool} {arguments}: {text}"
        );
        assert!(text.contains(argument) && text.len() > 10, "{text}");
    }
    assert_eq!(stage.get("/tasks").await.expect(200)["tasks"].as_array().unwrap().len(), 1);
    stage.close().await;
}

#[tokio::test]
async fn the_user_is_who_the_token_says() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    let made = agent.call("add_task", json!({ "title": "secret" })).await;
    let stranger = Agent::of(&stage, "ada");
    for task in [json!(1), made["task"]["id"].clone()] {
        for tool in ["get_task", "update_task", "complete_task", "delete_task"] {
            let refused = stranger.refused(tool, json!({ "task": task })).await;
            assert_eq!(refused.0, "task_not_found", "{tool}");
        }
    }
    assert_eq!(stranger.call("list_tasks", json!({ "status": "all" })).await["tasks"], json!([]));
    assert_eq!(stage.get("/tasks/1").await.expect(200)["revision"], 1);

    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize() });
    let bare = answer(post(&stage, body.to_string())).await;
    assert_eq!(bare.problem(401).0, "token_missing");
    assert_eq!(bare.header("www-authenticate"), "Bearer");
    let expired = token("ziakhan", &Clock::manual(DateTime::UNIX_EPOCH), 60);
    let late = answer(post(&stage, body.to_string()).bearer_auth(expired)).await;
    assert_eq!(late.problem(401).0, "token_expired");
    stage.close().await;
}

#[tokio::test]
async fn an_agent_learns_what_time_it_is_and_who_changed_what() {
    async fn echo(uri: Uri) -> Json<Value> {
        Json(json!({ "entries": [{ "actor": "mcp" }], "asked": uri.to_string() }))
    }
    let audit = Router::new().route("/internal/entries", get(echo));
    let stage = Stage::open_with(&[], Some(("audit", audit))).await;
    let agent = Agent::of(&stage, "ziakhan");
    let wishes =
        json!({ "zone": "Asia/Karachi", "default_reminder_minutes": null, "channels": ["push"] });
    stage.send(Method::PUT, "/settings", &wishes).await.expect(200);
    let settings = agent.call("get_settings", json!({})).await;
    assert_eq!(settings["settings"]["zone"], "Asia/Karachi");
    let local = settings["local_time"].as_str().unwrap();
    let now = DateTime::parse_from_rfc3339(settings["now"].as_str().unwrap()).unwrap();
    let there = (now + Duration::from_secs(5 * 3600)).format("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(local, there);

    let id = agent.call("add_task", json!({ "title": "x" })).await["task"]["id"].clone();
    let id = id.as_str().unwrap();
    let asked =
        agent.call("get_history", json!({ "task": 1, "from": "2026-11-22" })).await["asked"]
            .clone();
    let start = "2026-11-21T19:00:00Z";
    assert_eq!(asked, format!("/internal/entries?user_id=ziakhan&task_id={id}&from={start}"));
    stage.close().await;
}

#[tokio::test]
async fn requests_that_are_no_mcp_are_problems() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let ask = async |request: RequestBuilder| answer(request).await;
    let host = ask(agent.post(list.clone()).header("host", "evil.example")).await;
    assert_eq!(host.problem(403).0, "refused");
    let origin = ask(agent.post(list.clone()).header("origin", "https://evil.example")).await;
    assert_eq!(origin.problem(403).0, "refused");
    let stream = stage.bare(Method::GET, "/mcp").bearer_auth(&agent.token);
    assert_eq!(ask(stream).await.problem(405).0, "method_not_allowed");
    let plain = stage.bare(Method::POST, "/mcp").bearer_auth(&agent.token).body(list.clone());
    assert_eq!(ask(plain).await.problem(406).0, "refused");
    for body in ["{", "[]", "{}", "7", &format!("[{list},{list}]")] {
        let refused = ask(agent.post(body.to_owned())).await;
        assert_eq!(refused.problem(400).0, "malformed_message", "{body}");
    }
    let long = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "add_task", "arguments": { "title": "x".repeat(200_000) } } });
    assert_eq!(ask(agent.post(long.to_string())).await.problem(413).0, "payload_too_large");
    ask(agent.post(list)).await.expect(200);
    stage.close().await;
}

#[tokio::test]
async fn agents_share_the_rate_limit_of_their_user() {
    let slow = [("RATE_LIMIT_PER_SECOND", "1"), ("RATE_LIMIT_BURST", "20")];
    let stage = Stage::open_with(&slow, None).await;
    let agent = Agent::of(&stage, "ziakhan");
    let mut limited = agent.ask("tools/list", json!({})).await;
    for _ in 0..30 {
        if limited.status == 429 {
            break;
        }
        limited = agent.ask("tools/list", json!({})).await;
    }
    assert_eq!(limited.problem(429).0, "rate_limited");
    assert!(!limited.header("retry-after").is_empty());
    assert_eq!(stage.get("/tasks").await.status, 429, "one bucket for all doors");
    Agent::of(&stage, "ada").ask("tools/list", json!({})).await.expect(200);
    stage.close().await;
}

#[tokio::test]
async fn a_database_that_is_away_is_said_in_band() {
    let stage = Stage::open_with(&[("TASKS_BINDING", "missing")], None).await;
    let agent = Agent::of(&stage, "ziakhan");
    let (code, _, text) = agent.refused("add_task", json!({ "title": "x" })).await;
    assert_eq!(code, "database_unavailable");
    assert!(!text.contains("binding"), "{text}");
    stage.close().await;
}

#[tokio::test]
async fn the_trace_of_the_request_goes_on_to_the_database() {
    let stage = Stage::open().await;
    let agent = Agent::of(&stage, "ziakhan");
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let call = json!({ "name": "add_task", "arguments": { "title": "x" } });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
    stage.wire.take();
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    answer(agent.post(body.to_string()).header("traceparent", parent)).await.expect(200);
    let calls = stage.wire.take();
    let says = |body: &[u8]| String::from_utf8_lossy(body).contains(trace);
    assert!(calls.iter().any(|call| says(&call.body)), "the correlation id of the event");
    stage.close().await;
}
