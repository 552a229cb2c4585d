//! Language models behind the conversation API: `conversation.openai` for anything that speaks `OpenAI`'s chat completions
//! over plain HTTP, and `conversation.echo`, which has no model and repeats.

mod echo;
mod openai;
mod talk;

use crate::{
    components::Settings,
    resiliency::{Repeat, Repeatable},
};

pub(crate) use talk::{Choice, ConverseRequest, ConverseResponse};

/// A component that can be talked to.
pub(crate) enum Conversation {
    Echo(echo::Echo),
    OpenAi(openai::OpenAi),
}

/// Why there is no answer; goes into the text of `ERR_CONVERSATION_INVOKE`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConversationError(pub(crate) String);

impl Repeatable for ConversationError {
    /// Components give no codes, so a policy repeats every failure.
    fn repeat(&self) -> Repeat {
        Repeat::Yes
    }
}

impl Conversation {
    /// Sets a component up.
    pub(crate) fn open(kind: &str, settings: &Settings) -> Result<Self, String> {
        match kind {
            "conversation.echo" => Ok(Self::Echo(echo::Echo::new(settings))),
            "conversation.openai" => Ok(Self::OpenAi(openai::OpenAi::new(settings)?)),
            other => Err(format!("type {other} is not supported by the local runtime")),
        }
    }

    /// The next turn.
    pub(crate) async fn converse(
        &self,
        request: &ConverseRequest,
    ) -> Result<ConverseResponse, ConversationError> {
        match self {
            Self::Echo(echo) => echo.converse(request),
            Self::OpenAi(model) => model.converse(request).await,
        }
    }
}
