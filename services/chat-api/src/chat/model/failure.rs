//! Why a model did not answer.

use todo_dapr::Error;

/// Nothing of what was said is in it: a provider's error may repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// Its time was over.
    #[error("the time for an answer was over")]
    Timeout,
    /// The sidecar or the provider refused.
    #[error("the sidecar answered {status} {code}")]
    Refused { status: u16, code: String },
    /// The sidecar was not there, or its answer made no sense.
    #[error("the sidecar could not be asked")]
    Unavailable,
    /// It said nothing and called nothing.
    #[error("the model said nothing")]
    Silence,
    /// It called with what is no JSON object, or tools that are not there, again and again.
    #[error("the model's calls could not be read")]
    BadCalls,
    /// It called and called.
    #[error("the model came to no end")]
    TooManyTurns,
}

impl Failure {
    /// For a metric's label.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Refused { .. } => "refused",
            Self::Unavailable => "unavailable",
            Self::Silence => "silence",
            Self::BadCalls => "bad_calls",
            Self::TooManyTurns => "too_many_turns",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unreachable { source, .. } if source.is_timeout() => Self::Timeout,
            Error::Refused { status, code, .. } => Self::Refused { status, code },
            _ => Self::Unavailable,
        }
    }
}
