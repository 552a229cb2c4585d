//! The four topics of the suite.

use std::fmt;

/// A topic by its role; the name on the broker is configuration and defaults to [`Topic::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// What happened to tasks, for services: keyed by task.
    TaskEvents,
    /// What happened to tasks, for a user's open clients: keyed by user.
    TaskUpdates,
    /// Reminders that are due: keyed by user.
    Reminders,
    /// What a user is told: keyed by user.
    Notifications,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 4] =
        [Self::TaskEvents, Self::TaskUpdates, Self::Reminders, Self::Notifications];

    /// The default name on the broker.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TaskEvents => "task-events",
            Self::TaskUpdates => "task-updates",
            Self::Reminders => "reminders",
            Self::Notifications => "notifications",
        }
    }

    /// Where messages end that `app_id` cannot handle.
    pub fn dead_letter(self, app_id: &str) -> String {
        format!("{}.{app_id}.dead", self.name())
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
