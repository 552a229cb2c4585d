//! `POST /api/{user_id}/chat`: a line for Todo, and what it says.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use todo_events::{Actor, Task};
use todo_service_kit::{Owner, Problem, extract::Json};

use super::{origin, store_problem};
use crate::{
    App,
    chat::{self, Action, ConversationId},
};

/// Longest message, in characters: what the language reads.
const MAX_MESSAGE: usize = todo_language::MAX_LENGTH;

/// A line, and the thread it belongs to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChatRequest {
    /// What the user says: 1 to 1,000 characters.
    #[schema(min_length = 1, max_length = 1000, example = "Call mom tomorrow at 5pm")]
    message: String,
    /// The thread, as an answer before named it; left out, a new one begins.
    #[serde(default)]
    conversation_id: Option<String>,
}

/// What Todo says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ChatAnswer {
    /// The thread, for the next line.
    #[schema(value_type = String)]
    conversation_id: ConversationId,
    /// For people.
    reply: String,
    /// The tasks it is about.
    #[schema(value_type = Vec<Object>)]
    tasks: Vec<Task>,
    /// What was done.
    #[schema(value_type = String, example = "added")]
    action: Action,
    /// Lines that could follow.
    suggestions: Vec<String>,
}

/// Answers a line of the chat.
pub(crate) async fn send_message(
    State(app): State<App>,
    Owner(user): Owner,
    Json(request): Json<ChatRequest>,
) -> Result<Json<ChatAnswer>, Problem> {
    check(&request.message, "#/message", MAX_MESSAGE)?;
    let id = match &request.conversation_id {
        None => None,
        Some(text) => {
            let id: ConversationId = text.parse().map_err(|_| {
                Problem::bad_request(
                    "invalid_conversation",
                    "the conversation has another shape of id",
                )
                .with_error("#/conversation_id", "must be a UUID that an answer named")
            })?;
            if !id.is_of(&user) {
                let detail = "you have no conversation of that id";
                return Err(Problem::not_found("conversation_not_found", detail));
            }
            Some(id)
        }
    };
    let origin = origin(user, Actor::Chat);
    let (conversation_id, answer) =
        chat::respond(&app, origin, id, &request.message).await.map_err(store_problem)?;
    Ok(Json(ChatAnswer {
        conversation_id,
        reply: answer.reply,
        tasks: answer.tasks,
        action: answer.action,
        suggestions: answer.suggestions,
    }))
}

/// Refuses a text that says nothing or too much.
pub(super) fn check(text: &str, pointer: &'static str, longest: usize) -> Result<(), Problem> {
    let rule = if text.trim().is_empty() {
        "must not be empty".to_owned()
    } else if text.chars().count() > longest {
        format!("must not be longer than {longest} characters")
    } else {
        return Ok(());
    };
    Err(Problem::unprocessable("invalid_message", "the text breaks a rule")
        .with_error(pointer, rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_something_and_not_too_much() {
        assert!(check("ü", "#/message", 1).is_ok());
        for bad in ["", " \n", &"ü".repeat(MAX_MESSAGE + 1)] {
            let problem = check(bad, "#/message", MAX_MESSAGE).unwrap_err();
            assert_eq!((problem.status().as_u16(), problem.code()), (422, "invalid_message"));
            assert_eq!(problem.errors()[0].pointer, "#/message");
        }
    }
}
