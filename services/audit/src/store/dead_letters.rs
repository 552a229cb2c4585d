//! The dead letters' table.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_dapr::{Sql, SqlError, Statement};

use super::entries::json;
use crate::domain::{Bound, DeadLetter, DeadLetterId, Limit};

static KEEP: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("keep", include_str!("keep.sql")));
static LETTERS: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("letters", include_str!("letters.sql")));
static LETTER: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("letter", include_str!("letter.sql")));
static DUE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("due_letters", include_str!("due_letters.sql")));
static REPLAYED: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("replayed", include_str!("replayed.sql")));
static OPEN: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("open_letters", include_str!("open_letters.sql")));
static REMOVE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("remove_letter", include_str!("remove_letter.sql")));
static FORGET: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("forget_letters", include_str!("forget_letters.sql")));

/// A dead letter as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// The letter.
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// When it came first.
    pub first_seen: DateTime<Utc>,
    /// When it came last.
    pub last_seen: DateTime<Utc>,
    /// How often it came.
    pub times_seen: u32,
    /// How often it was replayed.
    pub replays: u32,
    /// When it was last replayed; `None` again when it came back.
    pub replayed_at: Option<DateTime<Utc>>,
}

/// How many letters wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct OpenLetters {
    /// For somebody to look at them.
    pub person: u32,
    /// To be published again.
    pub replay: u32,
}

/// Which dead letters are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// Those that wait for somebody.
    #[default]
    Open,
    /// Those that were published again and have not come back.
    Replayed,
    /// Every one.
    All,
}

impl LetterState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Replayed => "replayed",
            Self::All => "all",
        }
    }
}

/// Dead letters; clones share the connection.
#[derive(Debug, Clone)]
pub struct DeadLetters(Sql);

impl DeadLetters {
    /// The table behind a database binding.
    pub fn new(sql: Sql) -> Self {
        Self(sql)
    }

    /// Keeps a letter and says how often it has come. With the present instant it is to be published again in a while.
    ///
    /// # Errors
    /// When it is not known to be kept.
    pub async fn keep(
        &self,
        letter: &DeadLetter,
        again: Option<DateTime<Utc>>,
    ) -> Result<u32, SqlError> {
        let now = again.map(|now| now.to_rfc3339()).unwrap_or_default();
        self.0.run(&KEEP, &[&json(letter), &now]).await
    }

    /// Takes letters that are to be published again by `now`, at most so many, for a minute.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn due(&self, now: DateTime<Utc>, at_most: u32) -> Result<Vec<Kept>, SqlError> {
        self.0.run(&DUE, &[&now.to_rfc3339(), &at_most.to_string()]).await
    }

    /// How many letters wait, and for what.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn open(&self) -> Result<OpenLetters, SqlError> {
        self.0.run(&OPEN, &[]).await
    }

    /// The newest letters within bounds, with one more than `limit`.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn list(
        &self,
        state: LetterState,
        source_app: Option<&str>,
        before: &Bound,
        limit: Limit,
    ) -> Result<Vec<Kept>, SqlError> {
        let rows = (limit.rows() + 1).to_string();
        let app = source_app.unwrap_or_default();
        self.0.run(&LETTERS, &[&before.at, &before.id, &rows, state.as_str(), app]).await
    }

    /// Deletes letters that came last before an instant, at most so many, and says how many.
    ///
    /// # Errors
    /// When the database cannot be asked; what is left stays for the next time.
    pub async fn prune(&self, before: DateTime<Utc>, at_most: u32) -> Result<u64, SqlError> {
        self.0.run(&FORGET, &[&before.to_rfc3339(), &at_most.to_string()]).await
    }

    /// One letter.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn find(&self, id: DeadLetterId) -> Result<Option<Kept>, SqlError> {
        self.0.run(&LETTER, &[&id.0.to_string()]).await
    }

    /// Deletes one letter and answers it as it was.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn remove(&self, id: DeadLetterId) -> Result<Option<Kept>, SqlError> {
        self.0.run(&REMOVE, &[&id.0.to_string()]).await
    }

    /// Notes that a letter, as it was read, was published again.
    ///
    /// # Errors
    /// When it may not be noted; the letter then still counts as open.
    pub async fn replayed(&self, kept: &Kept, at: DateTime<Utc>) -> Result<bool, SqlError> {
        let (id, seen) = (kept.letter.id.0.to_string(), kept.times_seen.to_string());
        self.0.run(&REPLAYED, &[&id, &at.to_rfc3339(), &seen]).await
    }
}
