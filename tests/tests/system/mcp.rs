//! Agents: the same tasks through another door.

use serde_json::{Value, json};
use todo_tests::{Answer, Person, eventually};

use crate::shared::product;

async fn ask(person: &Person, method: &str, params: Value) -> Answer {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let request = product()
        .client()
        .post(product().url("/mcp"))
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .bearer_auth(person.token())
        .json(&body);
    person.send(request).await
}

async fn call(person: &Person, tool: &str, arguments: Value) -> Value {
    let answer = ask(person, "tools/call", json!({ "name": tool, "arguments": arguments })).await;
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    answer.body["result"].clone()
}

#[tokio::test]
async fn what_an_agent_does_is_seen_and_said_to_be_an_agents() {
    let (ada, eve) =
        (product().person("ada").await.unwrap(), product().person("eve").await.unwrap());
    let mut socket = product().socket(&ada).await.unwrap();
    assert_eq!(socket.next().await.unwrap()["type"], "hello");
    let client = json!({ "name": "system", "version": "1" });
    let hello =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let hello = ask(&ada, "initialize", hello).await;
    assert_eq!(hello.body["result"]["serverInfo"]["name"], "todo", "{:#}", hello.body);
    let tools = ask(&ada, "tools/list", json!({})).await.body["result"]["tools"].clone();
    assert!(tools.as_array().unwrap().iter().any(|tool| tool["name"] == "add_task"), "{tools:#}");

    let added = call(&ada, "add_task", json!({ "title": "Buy milk" })).await;
    let task = &added["structuredContent"]["task"];
    assert_eq!((&task["title"], &task["created_by"]), (&json!("Buy milk"), &json!("mcp")));
    let id = task["id"].as_str().unwrap();
    let frame = socket.until(|frame| frame["type"] == "task").await.unwrap();
    assert_eq!((&frame["task_id"], &frame["actor"]), (&json!(id), &json!("mcp")));
    let trail = eventually("the agent's entry", async || {
        Some(ada.trail(id).await).filter(|trail| !trail.is_empty())
    })
    .await;
    assert_eq!(trail[0]["actor"], "mcp");
    let told = call(&ada, "get_history", json!({ "task": id })).await;
    assert_eq!(told["structuredContent"]["entries"][0]["actor"], "mcp", "{told:#}");

    let foreign = call(&eve, "get_task", json!({ "task": id })).await;
    assert_eq!(foreign["isError"], true, "{foreign:#}");
    let all = call(&eve, "list_tasks", json!({ "status": "all" })).await;
    assert_eq!(all["structuredContent"]["tasks"], json!([]));
    let bare = product().client().post(product().url("/mcp")).json(&json!({}));
    assert_eq!(ada.send(bare).await.status, 401);
}
