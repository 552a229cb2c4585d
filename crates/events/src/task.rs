//! The task document: what REST answers, what events carry, what a browser shows.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use todo_recurrence::{Mode, Rule, Start, Zone};

use crate::{Due, ReminderSpec, Revision, SeriesId, TaskId, TaskNumber, UserId};

/// Whether there is still something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// To do.
    Open,
    /// Done.
    Completed,
}

/// How pressing a task is; the order is from least to most.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Not given.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Before everything else.
    Urgent,
}

impl Priority {
    /// Every one, from least to most.
    pub const ALL: [Self; 5] = [Self::None, Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// Its place from 0 for none to 4 for urgent: what storage keeps and sorts by.
    pub const fn rank(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }
}

/// Through which door a change came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A line in the chat.
    Chat,
    /// The REST API or the page.
    Api,
    /// An agent through MCP.
    Mcp,
    /// The repeat of a task.
    Recurring,
}

/// How a user is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On every open client.
    #[default]
    Push,
    /// By mail.
    Email,
    /// By a request to the operator's webhook.
    Webhook,
}

/// A wish to be reminded with the instant it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledReminder {
    /// The wish.
    #[serde(flatten)]
    pub spec: ReminderSpec,
    /// The instant it comes to.
    #[serde(with = "crate::instant")]
    pub remind_at: DateTime<Utc>,
}

/// How a task repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// RFC 5545 rule text, or five-field cron text.
    pub rule: Rule,
    /// What the next occurrence is counted from.
    pub mode: Mode,
    /// The first occurrence: every later one is computed from it, so nothing drifts.
    pub anchor: Start,
    /// Days that are left out (EXDATE).
    #[serde(default)]
    pub except: Vec<NaiveDate>,
    /// Occurrences that passed unseen between the one before and this one.
    #[serde(default)]
    pub missed: u32,
}

/// A task as everyone but its storage sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The id.
    pub id: TaskId,
    /// The short number.
    pub number: TaskNumber,
    /// The owner.
    pub user_id: UserId,
    /// What to do.
    pub title: String,
    /// More about it; empty when there is nothing to say.
    pub description: String,
    /// Open or completed.
    pub status: Status,
    /// How pressing.
    pub priority: Priority,
    /// Labels, sorted and without duplicates.
    pub tags: Vec<String>,
    /// The list it belongs to.
    pub project: Option<String>,
    /// When, as the user said it.
    pub due: Option<Due>,
    /// The instant from which it is overdue; of an all-day task 23:59:59 of its day.
    #[serde(default, with = "crate::instant::optional")]
    pub due_at: Option<DateTime<Utc>>,
    /// The zone in which `due` was understood.
    pub zone: Zone,
    /// Planned length in minutes.
    pub duration_minutes: Option<u32>,
    /// When to remind.
    pub reminders: Vec<ScheduledReminder>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// The series it is an occurrence of.
    pub series_id: Option<SeriesId>,
    /// Count of its changes.
    pub revision: Revision,
    /// When it was made.
    #[serde(with = "crate::instant")]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[serde(with = "crate::instant")]
    pub updated_at: DateTime<Utc>,
    /// When it was done.
    #[serde(default, with = "crate::instant::optional")]
    pub completed_at: Option<DateTime<Utc>>,
    /// Who made it.
    pub created_by: Actor,
}
