//! What a user has chosen once for all tasks.

use serde::{Deserialize, Serialize};
use todo_events::{Channel, ReminderSpec};
use todo_recurrence::Zone;

use super::Faults;

/// The settings of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// IANA zone that dates and times are meant in.
    #[schema(value_type = String, example = "Asia/Karachi")]
    pub zone: Zone,
    /// Language and order of dates, such as `en`, `en-US`, `de`.
    #[serde(default = "english")]
    pub locale: String,
    /// Minutes before a due time at which every task reminds; null for only on request.
    pub default_reminder_minutes: Option<u32>,
    /// How to remind when a reminder does not say.
    #[schema(value_type = Vec<String>)]
    pub channels: Vec<Channel>,
}

fn english() -> String {
    "en".into()
}

/// Longest default lead: four weeks, in minutes.
const MAX_LEAD: u32 = 4 * 7 * 24 * 60;

impl Settings {
    /// What holds for a user who has chosen nothing.
    pub fn of_newcomer(zone: Zone) -> Self {
        Self {
            zone,
            locale: english(),
            default_reminder_minutes: Some(0),
            channels: vec![Channel::Push],
        }
    }

    /// The reminders of a task that says nothing of them.
    pub fn default_reminders(&self) -> Vec<ReminderSpec> {
        let before = |before_minutes| {
            let channels = self.channels.iter();
            channels.map(move |channel| ReminderSpec::Before { before_minutes, channel: *channel })
        };
        self.default_reminder_minutes.into_iter().flat_map(before).collect()
    }

    /// Checks the rules that types alone do not.
    ///
    /// # Errors
    /// Every field that breaks one.
    pub fn check(mut self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let shaped = !self.locale.is_empty()
            && self.locale.len() <= 35
            && self.locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !shaped {
            faults.add("/locale", "must be a language tag such as en or en-US");
        }
        if self.default_reminder_minutes.is_some_and(|minutes| minutes > MAX_LEAD) {
            faults.add("/default_reminder_minutes", "must not be more than four weeks");
        }
        let mut seen = Vec::new();
        self.channels.retain(|channel| {
            let first = !seen.contains(channel);
            seen.push(*channel);
            first
        });
        if self.channels.is_empty() {
            faults.add("/channels", "must name at least one channel");
        }
        faults.or(self)
    }
}
