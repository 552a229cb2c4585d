//! Talking to a language model through a conversation component, with tools (API v1.0-alpha2).
//!
//! <https://docs.dapr.io/reference/api/conversation_api/>. The bodies are protobuf's JSON: 64-bit integers come as text, and
//! whatever is empty is left out. The sidecar remembers nothing: each call carries the whole talk.

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

use crate::{Dapr, Error, client::segment};

/// One message of a talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// What the model is to know and to obey.
    System(String),
    /// What the person says.
    User(String),
    /// What the model said, and what it wanted called.
    Assistant {
        /// Its words; may be empty beside calls.
        text: String,
        /// Its calls; each wants a [`Message::Tool`] with its id.
        calls: Vec<ToolCall>,
    },
    /// What a call came to.
    Tool {
        /// Id of the call.
        id: String,
        /// The tool.
        name: String,
        /// For the model to read.
        text: String,
    },
}

/// A call that the model wants made. What is in it is the model's text: nothing has checked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// Ties the result to the call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Meant to be a JSON object.
    pub arguments: String,
}

/// A tool that is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolOffer {
    /// Letters, digits and underscores.
    pub name: String,
    /// For the model to read.
    pub description: String,
    /// JSON Schema of an object.
    pub parameters: Value,
}

/// What the model says next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Its words.
    pub text: String,
    /// What it wants called first; empty when it is done.
    pub calls: Vec<ToolCall>,
    /// Tokens that the turn cost, when the provider says so.
    pub tokens: Option<u64>,
}

impl Dapr {
    /// Asks the model of a conversation component for its next turn (`POST /v1.0-alpha2/conversation/{component}/converse`).
    /// `timeout` takes the place of the client's own: models are slower than everything else behind a sidecar.
    ///
    /// # Errors
    /// When the component is missing, or the provider fails (`ERR_CONVERSATION_INVOKE`); the message may then repeat what
    /// was said, so it is not for logs.
    pub async fn converse(
        &self,
        component: &str,
        talk: &[Message],
        tools: &[ToolOffer],
        timeout: Duration,
    ) -> Result<Said, Error> {
        const OPERATION: &str = "converse";
        let path = format!("/v1.0-alpha2/conversation/{}/converse", segment(component));
        let request = self.request(Method::POST, &path).json(&body(talk, tools)).timeout(timeout);
        let answer = self.send(OPERATION, request).await?;
        let reply: Reply =
            serde_json::from_slice(&answer.body).map_err(|e| Error::unreadable(OPERATION, e))?;
        reply.said().ok_or_else(|| Error::unreadable(OPERATION, "the answer holds no choice"))
    }
}

fn body(talk: &[Message], tools: &[ToolOffer]) -> Value {
    let messages: Vec<_> = talk.iter().map(message).collect();
    let mut body = json!({ "inputs": [{ "messages": messages }] });
    if !tools.is_empty() {
        let offer = |tool: &ToolOffer| json!({ "function": { "name": tool.name, "description": tool.description, "parameters": tool.parameters } });
        body["tools"] = tools.iter().map(offer).collect();
        body["toolChoice"] = "auto".into();
    }
    body
}

fn message(message: &Message) -> Value {
    let content = |text: &str| json!([{ "text": text }]);
    match message {
        Message::System(text) => json!({ "ofSystem": { "content": content(text) } }),
        Message::User(text) => json!({ "ofUser": { "content": content(text) } }),
        Message::Assistant { text, calls } => {
            let call = |call: &ToolCall| json!({ "id": call.id, "function": { "name": call.name, "arguments": call.arguments } });
            let calls: Vec<_> = calls.iter().map(call).collect();
            json!({ "ofAssistant": { "content": content(text), "toolCalls": calls } })
        }
        // One part only: the sidecar makes a message of each.
        Message::Tool { id, name, text } => {
            json!({ "ofTool": { "toolId": id, "name": name, "content": content(text) } })
        }
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Reply {
    outputs: Vec<Output>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Output {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Choice {
    message: Option<Content>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Content {
    content: String,
    tool_calls: Vec<Call>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Call {
    id: String,
    function: Function,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Function {
    name: String,
    arguments: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Usage {
    #[serde(deserialize_with = "text_or_number")]
    total_tokens: u64,
}

impl Reply {
    /// The first choice; more are asked of no model here.
    fn said(self) -> Option<Said> {
        let output = self.outputs.into_iter().find(|output| !output.choices.is_empty())?;
        let message = output.choices.into_iter().next()?.message.unwrap_or_default();
        let call =
            |Call { id, function: Function { name, arguments } }| ToolCall { id, name, arguments };
        Some(Said {
            text: message.content,
            calls: message.tool_calls.into_iter().map(call).collect(),
            tokens: output.usage.map(|usage| usage.total_tokens),
        })
    }
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => text.parse().map_err(de::Error::custom),
        Value::Number(number) => {
            number.as_u64().ok_or_else(|| de::Error::custom("no whole number"))
        }
        _ => Err(de::Error::custom("neither text nor a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reply: Value) -> Option<Said> {
        serde_json::from_value::<Reply>(reply).unwrap().said()
    }

    #[test]
    fn a_talk_is_written_as_protobuf_json() {
        let calls = vec![ToolCall { id: "c1".into(), name: "f".into(), arguments: "{}".into() }];
        let talk = [
            Message::System("be brief".into()),
            Message::User("hello".into()),
            Message::Assistant { text: String::new(), calls },
            Message::Tool { id: "c1".into(), name: "f".into(), text: "done".into() },
        ];
        let tool = ToolOffer {
            name: "f".into(),
            description: "does".into(),
            parameters: json!({ "type": "object" }),
        };
        let body = body(&talk, &[tool]);
        let messages = &body["inputs"][0]["messages"];
        assert_eq!(messages[0]["ofSystem"]["content"][0]["text"], "be brief");
        assert_eq!(messages[2]["ofAssistant"]["toolCalls"][0]["function"]["arguments"], "{}");
        assert_eq!(messages[3]["ofTool"]["toolId"], "c1");
        assert_eq!(body["tools"][0]["function"]["parameters"]["type"], "object");
        assert_eq!(body["toolChoice"], "auto");
    }

    #[test]
    fn an_answer_is_read_leniently() {
        let choice = json!({ "finishReason": "stop", "message": { "content": "Hello." } });
        let usage = json!({ "promptTokens": "12", "completionTokens": "3", "totalTokens": "15" });
        let said = read(json!({ "outputs": [{ "choices": [choice], "usage": usage }] })).unwrap();
        assert_eq!((said.text.as_str(), said.tokens), ("Hello.", Some(15)));
        let call = json!({ "id": "c1", "function": { "name": "f", "arguments": "a,b" } });
        let choice = json!({ "message": { "toolCalls": [call] } });
        let said = read(json!({ "outputs": [{ "choices": [choice] }] })).unwrap();
        assert_eq!((said.text.as_str(), said.calls[0].arguments.as_str()), ("", "a,b"));
        assert_eq!(read(json!({ "outputs": [{ "choices": [{}] }] })), Some(Said::default()));
        assert_eq!(read(json!({ "outputs": [] })), None);
        assert_eq!(read(json!({})), None);
    }
}
