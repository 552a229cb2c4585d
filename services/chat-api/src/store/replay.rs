//! What a request was answered when it came first.

use serde::Deserialize;
use todo_events::UserId;

use super::{
    CreateOutcome, IdempotencyKey, StoreError, TaskStore, answer::Answer, statement::FIND_KEY,
};

/// `outcome` of `find_key.sql`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Unknown,
    Replayed,
    KeyReused,
}

impl TaskStore {
    /// What was made under an idempotency key, if anything was.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn made_under(
        &self,
        user: &UserId,
        key: &IdempotencyKey,
    ) -> Result<Option<CreateOutcome>, StoreError> {
        let params = [user.as_str(), &key.key, &key.fingerprint];
        let answer: Answer<Word> = self.sql.run(&FIND_KEY, &params).await?;
        Ok(match answer.outcome {
            Word::Unknown => None,
            Word::Replayed => Some(CreateOutcome::Replayed(answer.task()?)),
            Word::KeyReused => Some(CreateOutcome::KeyReused),
        })
    }
}
