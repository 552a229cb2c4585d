//! One newtype for each identity, so that a task id never stands where a user id is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::InvalidValue;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new time-ordered id (UUID version 7, RFC 9562).
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare UUID.
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| InvalidValue::new(stringify!($name), "must be a UUID"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// A task, that is one occurrence when the task repeats.
    TaskId
}
uuid_id! {
    /// One reminder of one task at one instant.
    ReminderId
}
uuid_id! {
    /// All occurrences of one repeating task.
    SeriesId
}
uuid_id! {
    /// One event, the same on every delivery of it: what consumers deduplicate by.
    EventId
}

impl EventId {
    /// The id of an event that follows from `self`, the same each time it is derived (UUID version 5).
    #[must_use]
    pub fn derive(self, what: &str) -> Self {
        Self(Uuid::new_v5(&self.0, what.as_bytes()))
    }
}

/// Who owns a task: the subject of their token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

impl UserId {
    /// Longest user id, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UserId {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let dots_only = text.bytes().all(|b| b == b'.');
        if text.is_empty()
            || text.len() > Self::MAX_LENGTH
            || !text.bytes().all(allowed)
            || dots_only
        {
            return Err(InvalidValue::new(
                "user_id",
                "must be 1 to 64 letters, digits, '.', '_' or '-', and not only dots",
            ));
        }
        Ok(Self(text))
    }
}

impl FromStr for UserId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

counter! {
    /// How often a task has changed, from 1: a reader that holds a newer one ignores an older event.
    Revision
}
counter! {
    /// How often any task of one user has changed: gapless, so a missing number tells a client to list again.
    Sequence
}
counter! {
    /// The short number by which a person names a task; unique for each user, never reused.
    TaskNumber
}

/// Ties everything that follows from one request together, through events and logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CorrelationId(String);

impl CorrelationId {
    /// A fresh one, for work that no request started.
    pub fn generate() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CorrelationId {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let printable = text.bytes().all(|b| b.is_ascii_graphic());
        if text.is_empty() || text.len() > 128 || !printable {
            return Err(InvalidValue::new(
                "correlation_id",
                "must be 1 to 128 printable ASCII characters without spaces",
            ));
        }
        Ok(Self(text))
    }
}

impl From<CorrelationId> for String {
    fn from(id: CorrelationId) -> Self {
        id.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_are_checked_where_they_enter() {
        for good in ["ziakhan", "a", "a.b_c-9", &"x".repeat(64)] {
            assert!(good.parse::<UserId>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "ü", "a/b", "..", ".", &"x".repeat(65), "a\n"] {
            assert!(bad.parse::<UserId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_derived_event_id_is_stable_and_distinct() {
        let id = EventId::generate();
        assert_eq!(id.derive("push"), id.derive("push"));
        assert_ne!(id.derive("push"), id.derive("email"));
    }
}
