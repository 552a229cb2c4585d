//! `conversation.echo`: says everything again, and wants every tool called, each time, with nonsense for arguments. A caller
//! that gets along with it does not believe a model and stops by itself.

use serde_json::Value;

use super::{
    Choice, ConversationError, ConverseRequest, ConverseResponse,
    talk::{Answer, Call, Function, Message, Tool},
};
use crate::components::Settings;

/// The component.
pub(crate) struct Echo {
    model: String,
}

impl Echo {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { model: settings.get("model").unwrap_or_default().to_owned() }
    }

    pub(super) fn converse(
        &self,
        request: &ConverseRequest,
    ) -> Result<ConverseResponse, ConversationError> {
        let lines: Vec<_> = request.messages().map(line).filter(|line| !line.is_empty()).collect();
        let earlier = request.messages().flat_map(|message| match message {
            Message::Assistant(assistant) => assistant.tool_calls.clone(),
            _ => Vec::new(),
        });
        let mut tool_calls: Vec<_> = earlier.collect();
        for (index, tool) in request.tools.iter().enumerate() {
            tool_calls.push(call(index, tool)?);
        }
        let finish_reason = if tool_calls.is_empty() { "stop" } else { "tool_calls" };
        let message = Answer { content: lines.join("\n"), tool_calls };
        let choice = Choice { finish_reason: finish_reason.to_owned(), index: 0, message };
        Ok(ConverseResponse::of(vec![choice], self.model.clone(), None))
    }
}

fn line(message: &Message) -> String {
    match message {
        Message::Tool(result) => format!(
            "Tool Response for tool ID '{}' with name '{}': {}",
            result.tool_id,
            result.name,
            message.text()
        ),
        _ => message.text(),
    }
}

/// A call whose arguments are the names of the tool's properties.
fn call(index: usize, tool: &Tool) -> Result<Call, ConversationError> {
    let names = match tool.function.parameters.get("properties") {
        None => String::new(),
        Some(Value::Object(properties)) => {
            let mut names: Vec<_> = properties.keys().map(String::as_str).collect();
            names.sort_unstable();
            names.join(",")
        }
        Some(_) => {
            let name = &tool.function.name;
            return Err(ConversationError(format!("properties of tool {name} are no object")));
        }
    };
    let function = Function { name: tool.function.name.clone(), arguments: names };
    Ok(Call { id: index.to_string(), function })
}
