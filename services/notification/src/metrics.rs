//! Every metric of notification.

use chrono::{DateTime, Utc};
use metrics::{counter, describe_counter, describe_histogram, histogram};
use todo_events::{Channel, Topic};

use crate::{domain::Cause, ledger::Delivery};

const EVENTS: &str = "notification_events_total";
const ATTEMPTS: &str = "notification_attempts_total";
const LATENESS: &str = "notification_reminder_lateness_seconds";
const PRUNED: &str = "notification_pruned_total";

/// What became of a delivered event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is on the ledger, and ours to tell or to hold.
    Claimed,
    /// It was on the ledger before.
    Duplicate,
    /// The user does not want to hear of it.
    Unwanted,
    /// A type that this release does not know, or that does not belong to the topic.
    Unknown,
    /// Its payload does not have the shape of its type; it goes to the dead letters.
    Unreadable,
    /// The database did not take it; it is delivered again.
    Failed,
}

impl Outcome {
    fn label(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Duplicate => "duplicate",
            Self::Unwanted => "unwanted",
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
        }
    }
}

/// How an attempt to tell went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Told.
    Sent,
    /// To be tried again.
    Postponed,
    /// Given up.
    Undeliverable,
}

impl Attempt {
    fn label(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Postponed => "postponed",
            Self::Undeliverable => "undeliverable",
        }
    }
}

/// Gives the metrics their help texts.
pub(crate) fn describe() {
    describe_counter!(EVENTS, "Delivered events, by topic and outcome.");
    describe_counter!(ATTEMPTS, "Attempts to tell, by channel and outcome.");
    describe_histogram!(
        LATENESS,
        "From the instant a reminder was meant for until it was told by push, unless a mute held it."
    );
    describe_counter!(PRUNED, "Ledger rows that were forgotten because of their age.");
    for outcome in [Attempt::Sent, Attempt::Postponed, Attempt::Undeliverable] {
        for channel in [Channel::Push, Channel::Email, Channel::Webhook] {
            attempts(channel, outcome, 0);
        }
    }
}

pub(crate) fn event(topic: Topic, outcome: Outcome) {
    counter!(EVENTS, "topic" => topic.name(), "outcome" => outcome.label()).increment(1);
}

pub(crate) fn attempt(channel: Channel, attempt: Attempt) {
    attempts(channel, attempt, 1);
}

fn attempts(channel: Channel, attempt: Attempt, count: u64) {
    let channel = match channel {
        Channel::Push => "push",
        Channel::Email => "email",
        Channel::Webhook => "webhook",
    };
    counter!(ATTEMPTS, "channel" => channel, "outcome" => attempt.label()).increment(count);
}

/// A row was told by push. That somebody wanted quiet does not make it late.
pub(crate) fn told(row: &Delivery, now: DateTime<Utc>) {
    if let (Cause::Reminder { remind_at, .. }, false) = (&row.story.cause, row.was_held) {
        let late = (now - remind_at).to_std().unwrap_or_default();
        histogram!(LATENESS).record(late.as_secs_f64());
    }
}

pub(crate) fn pruned(rows: u64) {
    counter!(PRUNED).increment(rows);
}
