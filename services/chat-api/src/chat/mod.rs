//! Conversation: one line in, a deed and a reply out.
//!
//! [`todo_language`] reads the line; here it is decided which tasks are meant, whether to ask first, and what to say. The thread
//! (what was listed, touched, asked and done last) is remembered in the state store, so that "the second one", "it", "yes" and
//! "undo" have a meaning. Without the state store commands still work, and the reply says that nothing was remembered.
//! Where a conversation component is configured, a language model reads the line instead ([`model`]).
//! Deleting, and whatever touches tasks that were not named one by one, asks first; two tasks that fit are a question.

mod answer;
mod begin;
mod conversation;
mod deed;
mod doubt;
mod due;
mod find;
mod history;
mod list;
mod memory;
mod model;
mod ordinal;
mod patch;
mod query;
mod small;
mod status;
mod talk;
mod undo;
mod update;
mod words;

pub(crate) use answer::Action;
pub(crate) use begin::{Refusal, new_task};
pub(crate) use conversation::ConversationId;
pub use model::ModelConfig;
pub(crate) use talk::respond;
