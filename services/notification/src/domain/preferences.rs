//! What a user has chosen.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_events::Actor;

use super::EmailAddress;

/// A user's wishes, as the API reads and writes them. What is left out has its default.
///
/// Changes are told only to who asked for them: people see what they ask an agent to do, and a repeat shows on the page
/// by itself, so the default of `changes_by` is nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preferences {
    /// Where reminders by mail go; without it they come as push.
    pub email: Option<EmailAddress>,
    /// Whose changes of the user's tasks are told.
    pub changes_by: Vec<Door>,
    /// Until then reminders are held back and changes are not told at all.
    pub muted_until: Option<DateTime<Utc>>,
}

impl Preferences {
    /// The same without repeated doors.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.changes_by.sort_unstable();
        self.changes_by.dedup();
        self
    }
}

/// A door through which somebody other than the user changes tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// An agent through MCP.
    Mcp,
    /// The repeat of a task.
    Recurring,
}

impl Door {
    /// The door of an actor; `None` for the user's own doors, which are never worth telling.
    pub fn of(actor: Actor) -> Option<Self> {
        match actor {
            Actor::Mcp => Some(Self::Mcp),
            Actor::Recurring => Some(Self::Recurring),
            Actor::Chat | Actor::Api => None,
        }
    }

    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Recurring => "recurring",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_to_hear_of_reminders_only() {
        let read = serde_json::from_str::<Preferences>("{}").unwrap();
        assert_eq!(read, Preferences { email: None, changes_by: vec![], muted_until: None });
    }

    #[test]
    fn doors_are_kept_once_and_only_known_ones() {
        let read = |text| serde_json::from_str::<Preferences>(text);
        let twice = read(r#"{"changes_by":["recurring","mcp","recurring"]}"#).unwrap().tidy();
        assert_eq!(twice.changes_by, [Door::Mcp, Door::Recurring]);
        assert!(read(r#"{"changes_by":["api"]}"#).is_err());
        assert!(read(r#"{"e_mail":null}"#).is_err());
    }
}
