//! Threads in the state store, under optimistic concurrency.

use std::time::Duration;

use todo_dapr::{Error, Saved, StateStore, Stored};
use todo_events::UserId;

use super::{
    answer::Remember,
    conversation::{Conversation, ConversationId, Turn},
};

/// How long an untouched thread is kept: 30 days.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How often a turn is taken in anew because the thread went on elsewhere meanwhile.
const TRIES: usize = 4;

/// One thread as it was read, or the lack of it.
pub(super) struct Memory {
    store: StateStore,
    key: String,
    read: Option<Option<Stored<Conversation>>>,
}

impl Memory {
    /// Reads a thread; a new one has nothing to read.
    pub(super) async fn open(
        store: StateStore,
        user: &UserId,
        id: ConversationId,
        is_new: bool,
    ) -> Self {
        let key = format!("conversation-{user}-{id}");
        let read = if is_new { Ok(None) } else { store.get(&key).await };
        let read = read.inspect_err(lost).ok();
        Self { store, key, read }
    }

    /// What is known of the thread.
    pub(super) fn thread(&self) -> Conversation {
        let stored = self.read.as_ref().and_then(Option::as_ref);
        stored.map(|stored| stored.value.clone()).unwrap_or_default()
    }

    /// Adds a turn. Answers whether it is remembered.
    pub(super) async fn keep(self, turn: Turn, remember: &Remember) -> bool {
        let Self { store, key, read } = self;
        let Some(mut read) = read else { return false };
        for _ in 0..TRIES {
            let (mut thread, etag) =
                read.map(|stored| (stored.value, stored.etag)).unwrap_or_default();
            thread.take(turn.clone(), remember);
            match store.save(&key, &thread, etag.as_ref(), Some(KEPT)).await {
                Ok(Saved::Yes) => return true,
                Ok(Saved::Conflict) => {}
                Err(error) => {
                    lost(&error);
                    return false;
                }
            }
            read = match store.get(&key).await {
                Ok(read) => read,
                Err(error) => {
                    lost(&error);
                    return false;
                }
            };
        }
        tracing::warn!("a conversation kept changing and a turn of it was not remembered");
        false
    }
}

fn lost(error: &Error) {
    tracing::warn!(%error, "the state store could not be used; a turn is not remembered");
}
