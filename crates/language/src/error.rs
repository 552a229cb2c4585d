//! Why a line cannot be read.

/// A line that is refused. It names the words and the rule; nothing is guessed instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LanguageError {
    /// Nothing but white space or marks.
    #[error("there is nothing to read")]
    Empty,
    /// More characters than [`crate::MAX_LENGTH`].
    #[error("the line has {length} characters; {limit} are allowed")]
    TooLong {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Words that name a day the calendar does not have.
    #[error("“{words}” is not a date: {rule}")]
    ImpossibleDate {
        /// The words, as written.
        words: String,
        /// What they break.
        rule: String,
    },
    /// Words that name a time the clock does not have.
    #[error("“{words}” is not a time: {rule}")]
    ImpossibleTime {
        /// The words, as written.
        words: String,
        /// What they break.
        rule: String,
    },
    /// A repeat that cannot be kept, or that never happens.
    #[error("“{words}” is not a repeat: {rule}")]
    ImpossibleRepeat {
        /// The words, as written.
        words: String,
        /// What they break.
        rule: String,
    },
    /// A new task without a single word for its title.
    #[error("“{words}” says when, but not what to do")]
    NoTitle {
        /// The words, as written.
        words: String,
    },
    /// An order that needs more: what to change, or which task.
    #[error("“{words}” is not complete: {missing}")]
    Incomplete {
        /// The words, as written.
        words: String,
        /// What is missing.
        missing: String,
    },
}
