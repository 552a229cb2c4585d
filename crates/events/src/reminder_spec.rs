//! When somebody wants to be reminded.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Channel, InvalidValue, said};

/// A wish to be reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReminderFields", into = "ReminderFields")]
pub enum ReminderSpec {
    /// Some minutes before the task is due; of an all-day task, before 09:00 local of its day.
    Before {
        /// Minutes, 0 for "when it is due".
        before_minutes: u32,
        /// How to tell.
        channel: Channel,
    },
    /// At an instant of its own.
    At {
        /// The instant.
        at: DateTime<Utc>,
        /// How to tell.
        channel: Channel,
    },
}

/// The JSON shape of [`ReminderSpec`]: exactly one of `before_minutes` and `at` is there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReminderFields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said::instant")]
    at: Option<DateTime<Utc>>,
    #[serde(default)]
    channel: Channel,
}

impl TryFrom<ReminderFields> for ReminderSpec {
    type Error = InvalidValue;

    fn try_from(fields: ReminderFields) -> Result<Self, Self::Error> {
        let channel = fields.channel;
        match (fields.before_minutes, fields.at) {
            (Some(before_minutes), None) => Ok(Self::Before { before_minutes, channel }),
            (None, Some(at)) => Ok(Self::At { at, channel }),
            _ => Err(InvalidValue::new(
                "reminder",
                "must have either `before_minutes` or `at`, and not both",
            )),
        }
    }
}

impl From<ReminderSpec> for ReminderFields {
    fn from(wish: ReminderSpec) -> Self {
        match wish {
            ReminderSpec::Before { before_minutes, channel } => {
                Self { before_minutes: Some(before_minutes), at: None, channel }
            }
            ReminderSpec::At { at, channel } => {
                Self { before_minutes: None, at: Some(at), channel }
            }
        }
    }
}
