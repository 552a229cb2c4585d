//! What is remembered of a thread.

use std::{fmt, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use todo_events::{Task, TaskNumber, UserId};
use uuid::{Builder, Uuid};

use super::answer::Remember;
use crate::domain::Tri;

/// Turns that are kept.
const MAX_TURNS: usize = 30;
/// Characters of a reply that are kept.
const MAX_KEPT: usize = 500;
/// How long a question waits: a later "yes" may mean something else.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Names a thread: a UUID whose last half is derived from its first half and the user, so that another user's is told apart
/// without asking the store. That guards against mix-ups; what keeps threads apart is the user in the key of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct ConversationId(Uuid);

impl ConversationId {
    /// A new thread of a user.
    pub(crate) fn generate(user: &UserId) -> Self {
        let mut bytes = *Uuid::new_v4().as_bytes();
        bytes[6] = 0; // Where the version of a UUID stands.
        Self(sealed(bytes, user))
    }

    /// Whether it was given to this user.
    pub(crate) fn is_of(self, user: &UserId) -> bool {
        let mut bytes = *self.0.as_bytes();
        bytes[6] &= 0x0f;
        sealed(bytes, user) == self.0
    }
}

/// UUID version 8 (RFC 9562 §5.8): the first half as given, the second from it and the user.
fn sealed(mut bytes: [u8; 16], user: &UserId) -> Uuid {
    let mut digest = Sha256::new();
    digest.update(&bytes[..8]);
    digest.update(user.as_str());
    bytes[8..].copy_from_slice(&digest.finalize()[..8]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

impl FromStr for ConversationId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self)
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One thread.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Conversation {
    /// What was said, oldest first.
    pub(super) turns: Vec<Turn>,
    /// Tasks shown last, in order.
    pub(super) listed: Vec<TaskNumber>,
    /// Tasks that "it" means.
    pub(super) touched: Vec<TaskNumber>,
    /// The question that waits.
    pub(super) pending: Option<Pending>,
    /// How to take the last deed back.
    pub(super) undo: Option<Undo>,
}

/// A line and its reply.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Turn {
    at: DateTime<Utc>,
    message: String,
    reply: String,
}

impl Turn {
    pub(super) fn new(at: DateTime<Utc>, message: &str, reply: &str) -> Self {
        let kept = reply.chars().take(MAX_KEPT).collect();
        Self { at, message: message.to_owned(), reply: kept }
    }

    /// The line and the reply.
    pub(super) fn said(&self) -> (&str, &str) {
        (&self.message, &self.reply)
    }
}

/// A question: the line is read again, as of the moment it was said, once it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    /// What kind of answer it waits for.
    pub(super) ask: Ask,
    /// The line that asks for the deed.
    pub(super) line: String,
    /// When it was said.
    pub(super) said_at: DateTime<Utc>,
    /// The tasks in question, in the order shown.
    pub(super) tasks: Vec<TaskNumber>,
}

/// What kind of answer a question waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ask {
    /// Yes or no, to all tasks in question.
    Whether,
    /// One of them.
    Which,
}

/// How to take a deed back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(super) enum Undo {
    /// Delete them, after asking.
    Added { tasks: Vec<TaskNumber> },
    /// Open them again.
    Completed { tasks: Vec<TaskNumber> },
    /// Tick them off again.
    Reopened { tasks: Vec<TaskNumber> },
    /// Bring them back.
    Deleted { tasks: Vec<TaskNumber> },
    /// Write the old fields back.
    Changed { changes: Vec<Change> },
}

/// A task before and after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    /// As it was.
    pub(super) before: Task,
    /// As it became.
    pub(super) after: Task,
}

impl Conversation {
    /// Takes a turn in.
    pub(super) fn take(&mut self, turn: Turn, remember: &Remember) {
        self.turns.push(turn);
        let surplus = self.turns.len().saturating_sub(MAX_TURNS);
        self.turns.drain(..surplus);
        self.pending.clone_from(&remember.pending);
        if let Some(listed) = &remember.listed {
            self.listed.clone_from(listed);
        }
        if let Some(touched) = &remember.touched {
            self.touched.clone_from(touched);
        }
        match &remember.undo {
            Tri::Keep => {}
            Tri::Clear => self.undo = None,
            Tri::Set(undo) => self.undo = Some(undo.clone()),
        }
    }

    /// The question that still waits.
    pub(super) fn waiting(&self, now: DateTime<Utc>) -> Option<&Pending> {
        self.pending.as_ref().filter(|pending| now - pending.said_at <= PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_belongs_to_one_user() {
        let (zia, ada): (UserId, UserId) = ("zia".parse().unwrap(), "ada".parse().unwrap());
        for _ in 0..64 {
            let id = ConversationId::generate(&zia);
            let read: ConversationId = id.to_string().parse().unwrap();
            assert!(read.is_of(&zia) && !read.is_of(&ada));
        }
        assert!(!ConversationId(Uuid::new_v4()).is_of(&zia));
    }

    #[test]
    fn a_thread_keeps_its_last_turns_and_one_question() {
        let now = DateTime::UNIX_EPOCH;
        let pending = Pending {
            ask: Ask::Whether,
            line: "delete task 3".into(),
            said_at: now,
            tasks: vec![TaskNumber(3)],
        };
        let ask = Remember { pending: Some(pending), ..Remember::default() };
        let mut thread = Conversation::default();
        for turn in 0..40 {
            thread.take(Turn::new(now, &turn.to_string(), "?"), &ask);
        }
        assert_eq!((thread.turns.len(), thread.turns[0].message.as_str()), (30, "10"));
        assert!(thread.waiting(now + TimeDelta::minutes(14)).is_some());
        assert!(thread.waiting(now + TimeDelta::minutes(16)).is_none());
        thread.take(Turn::new(now, "hello", "Hello."), &Remember::default());
        assert!(thread.pending.is_none(), "any other line withdraws the question");
    }
}
