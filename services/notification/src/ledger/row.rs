//! Rows of the ledger as they come and go.

use serde::{Deserialize, Serialize};
use todo_events::{Channel, EventId, Notification, UserId};
use uuid::Uuid;

use crate::domain::{EmailAddress, Story};

use chrono::{DateTime, Utc};

/// One thing to tell on one channel.
#[derive(Debug, Clone, Deserialize)]
pub struct Delivery {
    /// The event behind it.
    pub event_id: EventId,
    /// The channel of this row.
    pub channel: Channel,
    /// Whom to tell.
    pub user_id: UserId,
    /// What to tell.
    pub story: Story,
    /// How it stands.
    pub state: State,
    /// Why it is told by push although another channel was wanted.
    pub fallback: Option<String>,
    /// Whether it waited for the end of a mute until now.
    #[serde(default)]
    pub was_held: bool,
    /// How often it was claimed before.
    pub attempts: u32,
    /// The user's address as it is now.
    #[serde(default)]
    pub email: Option<EmailAddress>,
}

impl Delivery {
    /// The notification as it is told at `now`. It names the channel that the user asked for, unless that was not to be had.
    pub fn notification(&self, now: DateTime<Utc>) -> Notification {
        let channel = if self.fallback.is_some() { Channel::Push } else { self.story.wanted };
        self.story.notification(self.event_id, self.user_id.clone(), channel, now)
    }

    /// It was told.
    pub fn sent(&self) -> Settlement {
        self.settlement(State::Sent, None, 0)
    }

    /// It will never be told on this channel.
    pub fn undeliverable(&self, error: String) -> Settlement {
        self.settlement(State::Undeliverable, Some(error), 0)
    }

    /// It is told again later: after 1, 2, 4 … seconds, at most five minutes.
    pub fn postponed(&self, error: String) -> Settlement {
        let seconds = 1_u32.checked_shl(self.attempts.min(9)).unwrap_or(300).min(300);
        self.settlement(State::Pending, Some(error), seconds)
    }

    fn settlement(&self, state: State, error: Option<String>, again_in: u32) -> Settlement {
        let error = error.map(|text| text.replace('\0', "").chars().take(500).collect());
        Settlement { event_id: self.event_id, channel: self.channel, state, error, again_in }
    }
}

/// What was told by push, or is being told.
#[derive(Debug, Clone, Deserialize)]
pub struct Told {
    /// The event behind it.
    pub event_id: EventId,
    /// What there was to tell.
    pub story: Story,
    /// When; `None` for what is being told at this moment.
    pub settled_at: Option<DateTime<Utc>>,
}

/// How a row of the ledger stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// To be told; whoever holds the lease is at it.
    Pending,
    /// Waits for the end of a mute.
    Held,
    /// Told.
    Sent,
    /// Given up, with a reason.
    Undeliverable,
    /// A change that came while the user wanted quiet.
    Muted,
}

/// How an attempt went.
#[derive(Debug, Clone, Serialize)]
pub struct Settlement {
    event_id: EventId,
    channel: Channel,
    /// What the row becomes.
    pub state: State,
    /// What went wrong.
    pub error: Option<String>,
    again_in: u32,
}

/// A story to be put on the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// The event behind it.
    pub event_id: EventId,
    /// Whom to tell.
    pub user_id: UserId,
    /// What to tell.
    pub story: Story,
    /// The channel beside push, if the user asked for one that is configured.
    pub extra: Option<Channel>,
    /// Why the channel that the user asked for is not to be had.
    pub fallback: Option<&'static str>,
    /// Whether it waits for the end of a mute; otherwise it is not told then.
    pub holds: bool,
    /// Tell only if the user wants to hear of changes through this door.
    pub actor: Option<&'static str>,
    /// Names this attempt, so that a statement whose answer was lost can be run again.
    pub claim: Uuid,
}

/// What a claim brought.
#[derive(Debug, Clone, Deserialize)]
pub struct Claimed {
    /// The event behind the claim.
    pub event_id: EventId,
    /// Whether the user wants to hear of it at all.
    pub wanted: bool,
    /// The rows that are the caller's to tell; none when somebody else is at it or has told.
    pub rows: Vec<Delivery>,
}

impl Claimed {
    /// Of an event that another claim got.
    pub(super) fn before(claim: &Claim) -> Self {
        Self { event_id: claim.event_id, wanted: true, rows: Vec::new() }
    }
}
