//! When a task is due.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_recurrence::Zone;

use crate::{InvalidValue, said};

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
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said::date")]
    date: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "said::wall_clock")]
    local: Option<NaiveDateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said::instant")]
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
