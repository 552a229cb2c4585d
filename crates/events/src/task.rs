//! The task document: what REST answers, what events carry, what a browser shows.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_recurrence::{Mode, Rule, Start, Zone};

use crate::{InvalidValue, Revision, SeriesId, TaskId, TaskNumber, UserId};

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

/// When a task is due, as the user said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DueFields", into = "DueFields")]
pub enum Due {
    /// Some time on a day, wherever the user is.
    Date(NaiveDate),
    /// At a wall-clock time, wherever the user is.
    Local(NaiveDateTime),
    /// At an instant, shown in a zone that does not follow the user.
    At {
        /// The instant.
        at: DateTime<Utc>,
        /// The zone it was meant in.
        zone: Zone,
    },
}

/// The JSON shape of [`Due`]: exactly one of `date`, `local` and `at` is there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DueFields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "wall_clock")]
    local: Option<NaiveDateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<Zone>,
}

impl TryFrom<DueFields> for Due {
    type Error = InvalidValue;

    fn try_from(fields: DueFields) -> Result<Self, Self::Error> {
        match fields {
            DueFields { date: Some(date), local: None, at: None, zone: None } => {
                Ok(Self::Date(date))
            }
            DueFields { date: None, local: Some(local), at: None, zone: None } => {
                Ok(Self::Local(local))
            }
            DueFields { date: None, local: None, at: Some(at), zone } => {
                Ok(Self::At { at, zone: zone.unwrap_or_else(Zone::utc) })
            }
            _ => Err(InvalidValue::new(
                "due",
                "must be {\"date\"}, {\"local\"} or {\"at\", \"zone\"}, and only one of them",
            )),
        }
    }
}

impl From<Due> for DueFields {
    fn from(due: Due) -> Self {
        let empty = Self { date: None, local: None, at: None, zone: None };
        match due {
            Due::Date(date) => Self { date: Some(date), ..empty },
            Due::Local(local) => Self { local: Some(local), ..empty },
            Due::At { at, zone } => Self { at: Some(at), zone: Some(zone), ..empty },
        }
    }
}

/// Wall-clock times as `2026-11-22T17:00`, with seconds only when there are any.
mod wall_clock {
    use chrono::{NaiveDateTime, Timelike};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        time: &Option<NaiveDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) if time.second() == 0 => {
                serializer.collect_str(&time.format("%Y-%m-%dT%H:%M"))
            }
            Some(time) => serializer.collect_str(&time.format("%Y-%m-%dT%H:%M:%S")),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<NaiveDateTime>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
            .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"))
            .map(Some)
            .map_err(|_| D::Error::custom("local must be a wall-clock time like 2026-11-22T17:00"))
    }
}

/// A wish to be reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReminderSpec {
    /// Some minutes before the task is due; of an all-day task, before 09:00 local of its day.
    Before {
        /// Minutes, 0 for "when it is due".
        before_minutes: u32,
        /// How to tell.
        #[serde(default)]
        channel: Channel,
    },
    /// At an instant of its own.
    At {
        /// The instant.
        at: DateTime<Utc>,
        /// How to tell.
        #[serde(default)]
        channel: Channel,
    },
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
