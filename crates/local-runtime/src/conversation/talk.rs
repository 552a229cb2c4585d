//! The bodies of the API, protobuf's JSON: unknown members are ignored, empty ones left out, 64-bit integers are text.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Body of `POST /v1.0-alpha2/conversation/{name}/converse`, as far as it is used.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ConverseRequest {
    pub(crate) context_id: String,
    inputs: Vec<Input>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) tool_choice: String,
    pub(crate) temperature: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Input {
    messages: Vec<Said>,
}

/// The members of a message.
const MESSAGES: [&str; 5] = ["ofDeveloper", "ofSystem", "ofUser", "ofAssistant", "ofTool"];

/// A message, or an object that is none: protobuf ignores members that it does not know.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
struct Said(Option<Message>);

impl TryFrom<Map<String, Value>> for Said {
    type Error = serde_json::Error;

    fn try_from(mut members: Map<String, Value>) -> Result<Self, Self::Error> {
        members.retain(|name, _| MESSAGES.contains(&name.as_str()));
        let known = !members.is_empty();
        known.then(|| serde_json::from_value(members.into())).transpose().map(Self)
    }
}

/// One message: exactly one of the members is there.
#[derive(Debug, Deserialize)]
pub(crate) enum Message {
    #[serde(rename = "ofDeveloper")]
    Developer(Words),
    #[serde(rename = "ofSystem")]
    System(Words),
    #[serde(rename = "ofUser")]
    User(Words),
    #[serde(rename = "ofAssistant")]
    Assistant(Assistant),
    #[serde(rename = "ofTool")]
    Tool(ToolResult),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Words {
    content: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Assistant {
    content: Vec<Part>,
    pub(crate) tool_calls: Vec<Call>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ToolResult {
    pub(crate) tool_id: String,
    pub(crate) name: String,
    content: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    text: String,
}

/// A tool that is offered.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tool {
    pub(crate) function: Offer,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Offer {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) parameters: Map<String, Value>,
}

/// A call of a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Call {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) id: String,
    pub(crate) function: Function,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Function {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) arguments: String,
}

fn joined(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n")
}

impl ConverseRequest {
    /// Whether there is any input at all.
    pub(crate) fn has_inputs(&self) -> bool {
        !self.inputs.is_empty()
    }

    /// All messages, in order.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.inputs.iter().flat_map(|input| &input.messages).filter_map(|said| said.0.as_ref())
    }

    /// Whether every message is one.
    pub(crate) fn has_messages_only(&self) -> bool {
        self.inputs.iter().flat_map(|input| &input.messages).all(|said| said.0.is_some())
    }

    /// Whether the tool choice is one that the tools allow.
    pub(crate) fn has_valid_choice(&self) -> bool {
        match self.tool_choice.as_str() {
            "" | "auto" | "none" => true,
            "required" => !self.tools.is_empty(),
            name => self.tools.is_empty() || self.tools.iter().any(|t| t.function.name == name),
        }
    }
}

impl Message {
    /// What it says.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Developer(words) | Self::System(words) | Self::User(words) => {
                joined(&words.content)
            }
            Self::Assistant(assistant) => joined(&assistant.content),
            Self::Tool(result) => joined(&result.content),
        }
    }
}

/// Body of the answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConverseResponse {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) context_id: String,
    pub(crate) outputs: Vec<Output>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {
    pub(crate) choices: Vec<Choice>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
}

/// One way to go on.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Choice {
    pub(crate) finish_reason: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) index: i64,
    pub(crate) message: Answer,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tool_calls: Vec<Call>,
}

/// Tokens, as text.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Usage {
    pub(crate) prompt_tokens: String,
    pub(crate) completion_tokens: String,
    pub(crate) total_tokens: String,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl ConverseResponse {
    /// One output; the sidecar puts the context's id in.
    pub(crate) fn of(choices: Vec<Choice>, model: String, usage: Option<Usage>) -> Self {
        Self { context_id: String::new(), outputs: vec![Output { choices, model, usage }] }
    }
}
