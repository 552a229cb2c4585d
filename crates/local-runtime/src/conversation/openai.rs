//! `conversation.openai`: chat completions of `OpenAI` or of anything that speaks like it. Plain HTTP only; the runtime carries no
//! TLS stack, so it is for models on this machine and for gateways in front of others.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Choice, ConversationError, ConverseRequest, ConverseResponse,
    talk::{Answer, Call, Function, Message, Usage},
};
use crate::components::Settings;

/// The model when the component names none, as in components-contrib.
const USUAL_MODEL: &str = "gpt-5-nano";

/// The component.
pub(crate) struct OpenAi {
    url: String,
    key: String,
    model: String,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Completed>,
    usage: Option<Spent>,
}

#[derive(Deserialize)]
struct Completed {
    #[serde(default)]
    index: i64,
    finish_reason: Option<String>,
    message: Said,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Deserialize)]
struct Spent {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    #[serde(default)]
    total_tokens: u64,
}

impl OpenAi {
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        let endpoint = settings.required("endpoint")?.trim_end_matches('/');
        if !endpoint.starts_with("http://") {
            return Err("only http:// endpoints are supported by the local runtime".to_owned());
        }
        let client =
            reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).build();
        Ok(Self {
            url: format!("{endpoint}/chat/completions"),
            key: settings.required("key")?.to_owned(),
            model: settings.get("model").unwrap_or(USUAL_MODEL).to_owned(),
            client: client.map_err(|error| error.to_string())?,
        })
    }

    pub(super) async fn converse(
        &self,
        request: &ConverseRequest,
    ) -> Result<ConverseResponse, ConversationError> {
        let failed = |error: reqwest::Error| ConversationError(error.without_url().to_string());
        let call = self.client.post(&self.url).bearer_auth(&self.key).json(&self.body(request));
        let response = call.send().await.map_err(failed)?;
        let status = response.status();
        let text = response.text().await.map_err(failed)?;
        if !status.is_success() {
            let code = status.as_u16();
            let message = format!("API returned unexpected status code: {code}: {}", reason(&text));
            return Err(ConversationError(message));
        }
        let completion: Completion =
            serde_json::from_str(&text).map_err(|error| ConversationError(error.to_string()))?;
        if completion.choices.is_empty() {
            return Err(ConversationError("empty response".to_owned()));
        }
        Ok(response_of(completion, &self.model))
    }

    fn body(&self, request: &ConverseRequest) -> Value {
        let messages: Vec<_> = request.messages().map(message).collect();
        let mut body = json!({ "model": self.model, "messages": messages });
        // Zero counts as not given.
        if request.temperature != 0.0 {
            body["temperature"] = json!(request.temperature);
        }
        if !request.tools.is_empty() {
            let offers = request.tools.iter();
            let offers =
                offers.map(|tool| json!({ "type": "function", "function": tool.function }));
            body["tools"] = offers.collect();
            body["tool_choice"] = match request.tool_choice.as_str() {
                "" => json!("auto"),
                word @ ("auto" | "none" | "required") => json!(word),
                name => json!({ "type": "function", "function": { "name": name } }),
            };
        }
        body
    }
}

fn message(message: &Message) -> Value {
    let text = message.text();
    match message {
        // A developer counts as a person, as in the real sidecar.
        Message::Developer(_) | Message::User(_) => json!({ "role": "user", "content": text }),
        Message::System(_) => json!({ "role": "system", "content": text }),
        Message::Tool(result) => {
            json!({ "role": "tool", "tool_call_id": result.tool_id, "content": text })
        }
        Message::Assistant(assistant) => {
            let mut said = json!({ "role": "assistant", "content": text });
            if !assistant.tool_calls.is_empty() {
                said["tool_calls"] = assistant.tool_calls.iter().map(call).collect();
            }
            said
        }
    }
}

fn call(Call { id, function: Function { name, arguments } }: &Call) -> Value {
    json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } })
}

/// The model is the one that was asked for, whatever the provider calls it.
fn response_of(completion: Completion, model: &str) -> ConverseResponse {
    let choice = |completed: Completed| Choice {
        finish_reason: completed.finish_reason.unwrap_or_default(),
        index: completed.index,
        message: Answer {
            content: completed.message.content.unwrap_or_default(),
            tool_calls: completed.message.tool_calls.unwrap_or_default(),
        },
    };
    let usage = completion.usage.map(|spent| Usage {
        prompt_tokens: spent.prompt_tokens.to_string(),
        completion_tokens: spent.completion_tokens.to_string(),
        total_tokens: spent.total_tokens.to_string(),
    });
    ConverseResponse::of(
        completion.choices.into_iter().map(choice).collect(),
        model.to_owned(),
        usage,
    )
}

/// The provider's own words, when its error has the usual shape.
fn reason(text: &str) -> String {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let message = body["error"]["message"].as_str().unwrap_or(text);
    message.chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> OpenAi {
        let settings = [("endpoint", "http://127.0.0.1:9/v1/"), ("key", "k"), ("model", "m")];
        OpenAi::new(&Settings::of_pairs(&settings)).unwrap()
    }

    #[test]
    fn a_talk_becomes_chat_messages() {
        let request: ConverseRequest = serde_json::from_value(json!({
            "inputs": [{ "messages": [
                { "ofSystem": { "content": [{ "text": "s" }] } },
                { "ofDeveloper": { "content": [{ "text": "d" }] } },
                { "ofAssistant": { "content": [{ "text": "" }],
                    "toolCalls": [{ "id": "c", "function": { "name": "f", "arguments": "{}" } }] } },
                { "ofTool": { "toolId": "c", "name": "f", "content": [{ "text": "r" }] } },
            ] }],
            "tools": [{ "function": { "name": "f", "parameters": { "type": "object" } } }],
            "toolChoice": "f", "temperature": 0,
        }))
        .unwrap();
        let body = model().body(&request);
        let roles: Vec<_> =
            body["messages"].as_array().unwrap().iter().map(|m| m["role"].clone()).collect();
        assert_eq!(roles, ["system", "user", "assistant", "tool"]);
        assert_eq!(body["messages"][2]["tool_calls"][0]["type"], "function");
        assert_eq!(body["messages"][3]["tool_call_id"], "c");
        assert_eq!(body["tool_choice"]["function"]["name"], "f");
        assert!(body.get("temperature").is_none());
    }

    #[test]
    fn only_what_can_be_reached_is_accepted() {
        for pairs in [
            &[("key", "k")][..],
            &[("endpoint", "http://127.0.0.1:9")],
            &[("endpoint", "https://api.openai.com/v1"), ("key", "k")],
        ] {
            assert!(OpenAi::new(&Settings::of_pairs(pairs)).is_err(), "{pairs:?}");
        }
    }
}
