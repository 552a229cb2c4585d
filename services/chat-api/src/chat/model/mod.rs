//! Lines that a language model answers, where a conversation component is configured.
//!
//! The model goes first: the grammar reads nearly every line as some task, so it cannot tell what it does not understand. Only words that
//! belong to the chat's own memory (a yes or no to its question, "undo", "help") stay with the grammar, which costs nothing. The
//! model has the tools of MCP, with two differences: deleting asks first through the memory of every other question, and
//! what is done can be undone. Whatever goes wrong, the grammar answers the line instead, unless something was done already:
//! doing it twice would be worse than an unfinished answer.

mod config;
mod deeds;
mod dialogue;
mod failure;
mod prompt;

pub use config::ModelConfig;

use todo_language::{Command, Interpretation, LanguageError};

use super::{answer::Answer, talk::Talk};
use crate::metrics;
use dialogue::Dialogue;

impl Talk<'_> {
    /// Lets the model answer a line; `None` when the grammar has to.
    pub(super) async fn ask_model(
        &self,
        line: &str,
        read: &Result<Interpretation, LanguageError>,
    ) -> Option<Answer> {
        let config = self.app.config.model.as_ref()?;
        if read.as_ref().is_ok_and(|found| self.is_ours(&found.command)) {
            return None;
        }
        let clock = self.app.tasks.clock();
        let begun = clock.uptime();
        let mut dialogue = Dialogue::new(self, config, line);
        let ended = dialogue.run().await;
        let took = clock.uptime().saturating_sub(begun);
        let outcome = ended.as_ref().map_or_else(|failure| failure.word(), |_| "answered");
        metrics::model_line(outcome, took);
        match ended {
            Ok(answer) => Some(answer),
            Err(failure) => {
                let acted = dialogue.has_acted();
                tracing::warn!(%failure, acted, "the model did not answer a line");
                acted.then(|| dialogue.unfinished())
            }
        }
    }

    /// Whether a line is about what only the chat itself remembers or knows.
    fn is_ours(&self, command: &Command) -> bool {
        match command {
            Command::Undo | Command::Help => true,
            Command::Confirm | Command::Decline | Command::Pick(_) => {
                self.thread.waiting(self.now).is_some()
            }
            _ => false,
        }
    }
}
