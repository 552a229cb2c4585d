//! The conversation API, before a scripted model.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, world};

const PATH: &str = "/v1.0-alpha2/conversation/llm/converse";

fn component(kind: &str, metadata: &[(&str, &str)]) -> String {
    let metadata: String = metadata
        .iter()
        .map(|(name, value)| format!("  - {{ name: {name}, value: \"{value}\" }}\n"))
        .collect();
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: llm }}\nspec:\n  type: {kind}\n  version: v1\n  metadata:\n{metadata}"
    )
}

fn user(text: &str) -> Value {
    json!({ "ofUser": { "content": [{ "text": text }] } })
}

fn tool() -> Value {
    let properties = json!({ "title": { "type": "string" }, "due": { "type": "string" } });
    json!({ "function": { "name": "add", "description": "adds",
        "parameters": { "type": "object", "properties": properties } } })
}

#[tokio::test]
async fn a_model_behind_openais_api_is_asked_and_answers() {
    let model = TestApp::start(|call, _| {
        let asked = call.json();
        let call = json!({ "id": "c1", "type": "function",
            "function": { "name": "add", "arguments": "{\"title\":\"milk\"}" } });
        let choice = match asked["messages"].as_array().unwrap().len() {
            1 => json!({ "index": 0, "finish_reason": "tool_calls",
                "message": { "role": "assistant", "content": null, "tool_calls": [call] } }),
            _ => json!({ "index": 0, "finish_reason": "stop",
                "message": { "role": "assistant", "content": "Added." } }),
        };
        let usage = json!({ "prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15 });
        let reply = json!({ "model": "tiny-1", "choices": [choice], "usage": usage });
        (200, reply.to_string())
    })
    .await;
    let endpoint = format!("http://127.0.0.1:{}/v1", model.port);
    let metadata = [("endpoint", endpoint.as_str()), ("key", "secret"), ("model", "tiny")];
    let world = world([component("conversation.openai", &metadata)]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let body =
        json!({ "contextId": "t1", "inputs": [{ "messages": [user("milk")] }], "tools": [tool()] });
    let first: Value = sidecar.post(PATH, &body).await.json().await.unwrap();
    let output = &first["outputs"][0];
    // The model that was asked for, not the one that answered.
    assert_eq!((&first["contextId"], &output["model"]), (&json!("t1"), &json!("tiny")));
    let choice = &output["choices"][0];
    assert_eq!(choice["finishReason"], "tool_calls");
    assert_eq!(choice["message"]["toolCalls"][0]["function"]["arguments"], "{\"title\":\"milk\"}");
    assert!(choice.get("index").is_none(), "what is empty is left out: {choice}");
    assert!(choice["message"].get("content").is_none(), "{choice}");
    assert_eq!(output["usage"]["totalTokens"], "15", "64-bit integers are text");

    let assistant = json!({ "ofAssistant": { "content": [{ "text": "" }],
        "toolCalls": choice["message"]["toolCalls"] } });
    let result =
        json!({ "ofTool": { "toolId": "c1", "name": "add", "content": [{ "text": "ok" }] } });
    let body = json!({ "inputs": [{ "messages": [user("milk"), assistant, result] }] });
    let second: Value = sidecar.post(PATH, &body).await.json().await.unwrap();
    assert_eq!(second["outputs"][0]["choices"][0]["message"]["content"], "Added.");
    let asked = model.calls.posts("/v1/chat/completions");
    assert_eq!(asked[0].header("authorization"), "Bearer secret");
    assert_eq!(asked[0].json()["model"], "tiny");
    assert_eq!(asked[0].json()["tools"][0]["function"]["name"], "add");
    assert_eq!(asked[1].json()["messages"][2]["tool_call_id"], "c1");
}

#[tokio::test]
async fn failures_have_the_real_codes() {
    let model =
        TestApp::start(|_, _| (500, json!({ "error": { "message": "overloaded" } }).to_string()))
            .await;
    let endpoint = format!("http://127.0.0.1:{}", model.port);
    let metadata = [("endpoint", endpoint.as_str()), ("key", "k")];
    let world = world([component("conversation.openai", &metadata)]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let input = json!([{ "messages": [user("x")] }]);
    for (path, body, status, code) in [
        (
            "/v1.0-alpha2/conversation/other/converse",
            json!({ "inputs": input }),
            400,
            "ERR_CONVERSATION_NOT_FOUND",
        ),
        (PATH, json!({}), 400, "ERR_CONVERSATION_MISSING_INPUTS"),
        (
            PATH,
            json!({ "inputs": input, "tools": [tool()], "toolChoice": "sub" }),
            400,
            "ERR_CONVERSATION_INVALID_PARMS",
        ),
        (
            PATH,
            json!({ "inputs": [{ "messages": [{ "ofNobody": {} }] }] }),
            400,
            "ERR_CONVERSATION_INVALID_PARMS",
        ),
        (PATH, json!({ "inputs": input }), 500, "ERR_CONVERSATION_INVOKE"),
    ] {
        let answer = sidecar.post(path, &body).await;
        assert_eq!(answer.status(), status, "{body}");
        let error: Value = answer.json().await.unwrap();
        assert_eq!(error["errorCode"], code, "{error}");
    }
    let answer: Value = sidecar.post(PATH, &json!({ "inputs": input })).await.json().await.unwrap();
    let message = "failed conversing with component llm: API returned unexpected status code: 500: overloaded";
    assert_eq!(answer["message"], message);
    let wrong_verb = sidecar.call(Method::PUT, PATH).send().await.unwrap();
    assert_eq!(wrong_verb.status(), 404);
}

#[tokio::test]
async fn echo_wants_every_tool_called_for_ever() {
    let world =
        world([component("conversation.echo", &[("model", "none")])]).client("a").start().await;
    let sidecar = world.sidecar("a");
    let body = json!({ "inputs": [{ "messages": [user("a"), user("b")] }] });
    let plain: Value = sidecar.post(PATH, &body).await.json().await.unwrap();
    let choice = &plain["outputs"][0]["choices"][0];
    assert_eq!(
        (&choice["finishReason"], &choice["message"]["content"]),
        (&json!("stop"), &json!("a\nb"))
    );
    let mut body = json!({ "inputs": [{ "messages": [user("a")] }], "tools": [tool()] });
    for calls in 1..4 {
        let said: Value = sidecar.post(PATH, &body).await.json().await.unwrap();
        let message = &said["outputs"][0]["choices"][0]["message"];
        let wanted = message["toolCalls"].as_array().unwrap();
        assert_eq!(wanted.len(), calls, "those of before again");
        assert_eq!(wanted[0]["function"]["arguments"], "due,title", "which is no JSON");
        let last = json!({ "ofAssistant": { "toolCalls": [wanted[0]] } });
        body["inputs"][0]["messages"].as_array_mut().unwrap().push(last);
    }
}
