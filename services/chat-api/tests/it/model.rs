//! Lines that a model answers: a scripted one, which speaks `OpenAI`'s API behind the sidecar.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::stage::Stage;

/// What the model does when it is asked.
enum Turn {
    /// Says something.
    Says(&'static str),
    /// Calls tools, each with arguments in its own spelling.
    Calls(Vec<(&'static str, String)>),
    /// Fails.
    Fails(u16),
    /// Answers when the test is over.
    Hangs,
}

fn calls<const N: usize>(calls: [(&'static str, Value); N]) -> Turn {
    Turn::Calls(calls.into_iter().map(|(name, arguments)| (name, arguments.to_string())).collect())
}

#[derive(Clone, Default)]
struct Script {
    turns: Arc<Mutex<VecDeque<Turn>>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

/// A model that follows a script, and says what it was asked.
struct Model {
    url: String,
    script: Script,
    _stop: DropGuard,
}

impl Model {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let (script, cancel) = (Script::default(), CancellationToken::new());
        let router =
            Router::new().route("/v1/chat/completions", post(complete)).with_state(script.clone());
        let stopped = cancel.clone().cancelled_owned();
        tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
        Self { url, script, _stop: cancel.drop_guard() }
    }

    fn will(&self, turns: impl IntoIterator<Item = Turn>) {
        self.script.turns.lock().unwrap().extend(turns);
    }

    /// What it was asked since it was last looked at; every turn of the script was needed.
    fn asked(&self) -> Vec<Value> {
        assert!(self.script.turns.lock().unwrap().is_empty(), "turns are left");
        std::mem::take(&mut self.script.asked.lock().unwrap())
    }
}

async fn complete(State(script): State<Script>, Json(asked): Json<Value>) -> Response {
    script.asked.lock().unwrap().push(asked);
    let turn = script.turns.lock().unwrap().pop_front();
    let message = match turn {
        None => return StatusCode::IM_A_TEAPOT.into_response(),
        Some(Turn::Fails(status)) => {
            let error = json!({ "error": { "message": "the words of the person" } });
            return (StatusCode::from_u16(status).unwrap(), Json(error)).into_response();
        }
        Some(Turn::Hangs) => std::future::pending().await,
        Some(Turn::Says(text)) => json!({ "role": "assistant", "content": text }),
        Some(Turn::Calls(calls)) => {
            let call = |(place, (name, arguments)): (usize, &(&str, String))| {
                json!({ "id": format!("c{place}"), "type": "function",
                    "function": { "name": name, "arguments": arguments } })
            };
            let calls: Vec<_> = calls.iter().enumerate().map(call).collect();
            json!({ "role": "assistant", "content": null, "tool_calls": calls })
        }
    };
    let usage = json!({ "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 });
    let choice = json!({ "index": 0, "finish_reason": "stop", "message": message });
    Json(json!({ "model": "tiny", "choices": [choice], "usage": usage })).into_response()
}

/// Says a line in a thread, and answers what comes back.
async fn say(stage: &Stage, thread: &mut Value, message: &str) -> Value {
    let mut body = json!({ "message": message });
    if thread.is_string() {
        body["conversation_id"] = thread.clone();
    }
    let said = stage.send(Method::POST, "/chat", &body).await.expect(200);
    *thread = said["conversation_id"].clone();
    said
}

async fn titles(stage: &Stage) -> Vec<String> {
    let page = stage.get("/tasks?status=all&sort=number").await.expect(200);
    let tasks = page["tasks"].as_array().unwrap().iter();
    tasks.map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_model_makes_a_task_and_the_thread_knows_it() {
    let model = Model::start().await;
    let stage = Stage::open_with_model(&[], &model.url).await;
    let mut thread = Value::Null;
    model.will([
        calls([("add_task", json!({ "title": "Oat milk", "priority": "high", "due": { "local": "2031-11-22T17:00" } }))]),
        Turn::Says("I noted “Oat milk” (#1)."),
    ]);
    let said = say(&stage, &mut thread, "we are out of that plant stuff for my coffee").await;
    assert_eq!(
        (&said["action"], &said["reply"]),
        (&json!("added"), &json!("I noted “Oat milk” (#1)."))
    );
    assert_eq!(said["tasks"][0]["number"], 1);
    let task = stage.get("/tasks/1").await.expect(200);
    assert_eq!((&task["created_by"], &task["priority"]), (&json!("chat"), &json!("high")));

    let asked = model.asked();
    let tools = asked[0]["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 11, "the tools of MCP");
    assert_eq!(tools[0]["function"]["parameters"]["required"], json!(["title"]));
    let prompt = asked[0]["messages"][0]["content"].as_str().unwrap();
    assert!(prompt.contains("in UTC") && prompt.contains("get_settings"), "{prompt}");
    let result = asked[1]["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&result["role"], &result["tool_call_id"]), (&json!("tool"), &json!("c0")));
    assert!(result["content"].as_str().unwrap().contains("\"number\":1"), "{result}");

    model.will([
        calls([("update_task", json!({ "task": 1, "priority": null, "tags": ["shop"] }))]),
        Turn::Says("It is no longer urgent."),
    ]);
    let said = say(&stage, &mut thread, "never mind the hurry with it").await;
    assert_eq!(said["action"], "updated");
    let asked = model.asked();
    let messages = asked[0]["messages"].as_array().unwrap();
    assert_eq!(messages[1]["content"], "we are out of that plant stuff for my coffee");
    assert!(messages[0]["content"].as_str().unwrap().contains("means: #1"), "{messages:?}");
    let undone = say(&stage, &mut thread, "undo").await;
    assert_eq!(undone["action"], "updated", "without the model: {undone}");
    let task = stage.get("/tasks/1").await.expect(200);
    assert_eq!((&task["priority"], &task["tags"]), (&json!("high"), &json!([])));
    assert!(model.asked().is_empty());
    model.will([Turn::Says("Good evening.")]);
    let said = say(&stage, &mut thread, "good evening to you").await;
    assert_eq!((&said["reply"], &said["action"]), (&json!("Good evening."), &json!("none")));
    stage.close().await;
}

#[tokio::test]
async fn deleting_asks_first() {
    let model = Model::start().await;
    let stage = Stage::open_with_model(&[], &model.url).await;
    for title in ["Buy milk", "Call mom", "Water plants"] {
        stage.create(&json!({ "title": title })).await;
    }
    let mut thread = Value::Null;
    model.will([
        calls([("list_tasks", json!({ "search": "milk" }))]),
        calls([
            ("complete_task", json!({ "task": 3 })),
            ("delete_task", json!({ "task": 1 })),
            ("delete_task", json!({ "task": "2" })),
        ]),
    ]);
    let said = say(&stage, &mut thread, "plants are wet; get rid of the other two").await;
    let reply = said["reply"].as_str().unwrap();
    assert_eq!((&said["action"], &said["suggestions"]), (&json!("confirm"), &json!(["yes", "no"])));
    assert!(reply.starts_with("Completed “Water plants”. Delete 2 tasks: "), "{reply}");
    assert_eq!(titles(&stage).await.len(), 3, "nothing is deleted before a yes");
    model.asked();
    let said = say(&stage, &mut thread, "no").await;
    assert_eq!(said["action"], "none");
    assert_eq!(titles(&stage).await.len(), 3);

    model.will([calls([("delete_task", json!({ "task": 1 }))])]);
    let said = say(&stage, &mut thread, "but that milk thing has to go").await;
    assert_eq!(said["reply"], "Delete “Buy milk”? yes/no");
    model.asked();
    assert_eq!(say(&stage, &mut thread, "yes").await["action"], "deleted");
    assert_eq!(titles(&stage).await, ["Call mom", "Water plants"]);
    assert!(model.asked().is_empty(), "a yes needs no model");
    stage.close().await;
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_line_to_the_grammar() {
    let model = Model::start().await;
    let stage = Stage::open_with_model(&[], &model.url).await;
    let mut thread = Value::Null;
    for (number, turns) in [
        vec![Turn::Fails(500)],
        vec![Turn::Fails(429)],
        vec![Turn::Says("  ")],
        // Looking is not acting.
        vec![calls([("list_tasks", json!({}))]), Turn::Fails(503)],
        vec![Turn::Calls(vec![("add_task", "title: milk".into()); 4])],
        vec![Turn::Calls(vec![("order_pizza", "{}".into()); 4])],
        (0..6).map(|_| calls([("get_settings", json!({}))])).collect(),
    ]
    .into_iter()
    .enumerate()
    {
        model.will(turns);
        let line = format!("Buy milk for house {number} tomorrow");
        let said = say(&stage, &mut thread, &line).await;
        assert_eq!(said["action"], "added", "{number}: {said}");
        assert!(said["reply"].as_str().unwrap().starts_with("Added “Buy milk for house"), "{said}");
        model.asked();
        assert_eq!(titles(&stage).await.len(), number + 1, "once");
    }
    stage.close().await;
}

#[tokio::test]
async fn what_a_failing_model_did_is_not_done_again() {
    let model = Model::start().await;
    let stage = Stage::open_with_model(&[], &model.url).await;
    let mut thread = Value::Null;
    model.will([calls([("quick_add", json!({ "text": "Buy milk tomorrow" }))]), Turn::Fails(500)]);
    let said = say(&stage, &mut thread, "Buy milk tomorrow").await;
    assert_eq!(said["action"], "added");
    let reply = said["reply"].as_str().unwrap();
    assert_eq!(reply, "Added “Buy milk”. The rest could not be done; please say it again.");
    assert_eq!(titles(&stage).await, ["Buy milk"]);
    stage.close().await;
}

#[tokio::test]
async fn a_refused_call_is_told_to_the_model() {
    let model = Model::start().await;
    let stage = Stage::open_with_model(&[], &model.url).await;
    let mut thread = Value::Null;
    model.will([
        calls([
            ("add_task", json!({ "title": "Milk", "due": "tomorrow" })),
            ("complete_task", json!({ "task": 77 })),
            ("add_task", json!({ "title": "Milk", "user_id": "ada" })),
        ]),
        Turn::Calls(vec![
            ("add_task", "garbage".into()),
            ("add_task", json!({ "title": "Milk" }).to_string()),
        ]),
        Turn::Says("Done."),
    ]);
    let said = say(&stage, &mut thread, "milk, by tomorrow").await;
    assert_eq!((&said["action"], &said["reply"]), (&json!("added"), &json!("Done.")));
    let asked = model.asked();
    let told: Vec<_> =
        asked[2]["messages"].as_array().unwrap().iter().filter(|m| m["role"] == "tool").collect();
    let text = |place: usize| told[place]["content"].as_str().unwrap();
    assert!(text(0).starts_with("refused: due"), "{}", text(0));
    assert_eq!(text(1), "you have no task of that name");
    assert!(text(2).starts_with("refused: user_id"), "{}", text(2));
    assert!(text(3).contains("JSON object"), "{}", text(3));
    assert_eq!(titles(&stage).await, ["Milk"]);
    stage.close().await;
}

#[tokio::test]
async fn a_model_without_an_end_or_an_answer_is_cut_short() {
    let stage = Stage::open_with_model(&[], "echo").await;
    let mut thread = Value::Null;
    let said = say(&stage, &mut thread, "Buy milk tomorrow").await;
    assert_eq!(said["action"], "added", "echo calls with nonsense for ever: {said}");
    stage.close().await;

    let model = Model::start().await;
    let stage = Stage::open_with_model(&[("LLM_TIMEOUT_SECONDS", "1")], &model.url).await;
    model.will([Turn::Hangs]);
    let said = say(&stage, &mut thread.take(), "Buy milk tomorrow").await;
    assert_eq!(said["action"], "added", "{said}");
    model.asked();
    stage.close().await;
}

#[tokio::test]
async fn a_component_that_is_not_there_costs_nothing_but_the_try() {
    let stage = Stage::open_with(&[("LLM_COMPONENT", "missing")], None).await;
    let mut thread = Value::Null;
    assert_eq!(say(&stage, &mut thread, "Buy milk tomorrow").await["action"], "added");
    assert_eq!(say(&stage, &mut thread, "help").await["action"], "help");
    stage.close().await;
}
