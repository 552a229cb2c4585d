//! Why an operation on the store did not happen.

use todo_dapr::SqlError;

use crate::domain::Faults;

/// An operation that failed for a reason other than its own outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database could not be asked, or its answer is unknown.
    #[error("the task database could not be used")]
    Database(#[from] SqlError),
    /// The input breaks a rule that only shows beside the user's zone.
    #[error("the task breaks a rule")]
    Invalid(#[from] Faults),
    /// A value could not be written as JSON, or a stored one not be read.
    #[error("a stored value could not be understood")]
    Unreadable(#[from] serde_json::Error),
    /// The user's zone changed again and again while the task was written.
    #[error("the user's settings keep changing")]
    Unsettled,
}
