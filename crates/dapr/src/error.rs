//! What can go wrong between a service and its sidecar.

use serde::Deserialize;

/// Whether doing the same again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The cause may pass: unreachable, overloaded, timed out.
    MayHelp,
    /// The same request will fail the same way.
    Useless,
}

/// A failed call of the sidecar.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sidecar could not be reached, or went away before it had answered.
    #[error("the sidecar could not be reached for {operation}")]
    Unreachable {
        /// Which call.
        operation: &'static str,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The sidecar answered with an error.
    #[error("the sidecar refused {operation}: {status} {code} {message}")]
    Refused {
        /// Which call.
        operation: &'static str,
        /// HTTP status.
        status: u16,
        /// Dapr's `errorCode`; empty when there is none, as for a missing API token.
        code: String,
        /// Dapr's message.
        message: String,
    },
    /// The sidecars made a success of a call that never came to the other service: an empty 200 without a type
    /// (`docs/adr/0015`).
    #[error("{operation} was not answered by whom it called")]
    Unanswered {
        /// Which call.
        operation: &'static str,
    },
    /// The sidecar answered something that does not belong to its API.
    #[error("the sidecar's answer to {operation} could not be understood")]
    Unreadable {
        /// Which call.
        operation: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Says whether the same call may succeed later.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable { .. } | Self::Unanswered { .. } => Retry::MayHelp,
            Self::Refused { status, .. } if *status >= 500 || matches!(status, 408 | 425 | 429) => {
                Retry::MayHelp
            }
            Self::Refused { .. } | Self::Unreadable { .. } => Retry::Useless,
        }
    }

    /// Dapr's `errorCode`, when the sidecar gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } if !code.is_empty() => Some(code),
            _ => None,
        }
    }

    /// The status the sidecar answered with, if it answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn unreadable(
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unreadable { operation, source: source.into() }
    }
}

/// Dapr's error body; older APIs answer only these two members.
#[derive(Deserialize)]
pub(crate) struct ErrorBody {
    #[serde(rename = "errorCode", default)]
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) message: String,
}

impl ErrorBody {
    /// Reads an error body, taking plain text (a refused API token) as the message.
    pub(crate) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_else(|_| Self {
            code: String::new(),
            message: String::from_utf8_lossy(body).chars().take(500).collect(),
        })
    }
}
