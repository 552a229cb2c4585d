//! What travels over a socket, in both directions, and why a socket is closed.
//!
//! The subprotocol is `todo.v1`; every frame is one JSON text message whose `type` says what it is.

use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use todo_events::{
    Actor, EventId, NotificationKind, Revision, Sequence, TaskChange, TaskId, UserId,
};

/// The subprotocol that a client offers and the server answers (RFC 6455 §1.9).
pub const SUBPROTOCOL: &str = "todo.v1";

/// Largest message that a client may send, in bytes.
pub const MAX_CLIENT_MESSAGE: usize = 16 * 1024;

/// A frame to the client.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame<'a> {
    /// The first frame of a connection.
    Hello {
        /// Who the token says the client is.
        user_id: &'a UserId,
        /// The newest sequence that this replica has seen of the user, if it has seen any.
        sequence: Option<Sequence>,
    },
    /// A task changed.
    Task {
        /// What happened.
        event_type: TaskChange,
        /// To which task.
        task_id: TaskId,
        /// The task's revision after it: a client that holds a newer one ignores the frame.
        revision: Revision,
        /// Its place among the user's changes: a client that misses one lists again.
        sequence: Sequence,
        /// Through which door.
        actor: Actor,
        /// The task after it, as the event carried it, so that fields of a newer release pass through.
        task: &'a RawValue,
    },
    /// Something to show to the user; an id is shown once.
    Notification {
        /// The same on every delivery.
        id: EventId,
        /// Why.
        kind: NotificationKind,
        /// One line.
        title: &'a str,
        /// A little more; plain text.
        body: &'a str,
        /// The task it is about.
        task_id: TaskId,
        /// How late a reminder was, in milliseconds.
        late_by_ms: u64,
        /// When it was raised.
        timestamp: DateTime<Utc>,
    },
    /// The frames since the client's sequence are not all here: it must list again.
    Resync {
        /// Why.
        reason: ResyncReason,
    },
    /// The answer to a ping frame.
    Pong,
    /// A frame of the client could not be read; the connection goes on.
    Error {
        /// What is wrong with it.
        detail: &'a str,
    },
}

impl ServerFrame<'_> {
    /// The frame as the text of one message.
    ///
    /// # Errors
    /// When a part cannot be JSON; none of today's can fail.
    pub fn to_text(&self) -> Result<Utf8Bytes, serde_json::Error> {
        serde_json::to_string(self).map(Utf8Bytes::from)
    }
}

/// Why a client must list again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResyncReason {
    /// This replica has seen no change of the user yet, so it cannot tell whether any was missed.
    NoHistory,
    /// The oldest frame that is kept is newer than what the client needs next.
    TooOld,
    /// A change between is missing here too.
    Gap,
}

impl ResyncReason {
    /// The word in the frame.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoHistory => "no_history",
            Self::TooOld => "too_old",
            Self::Gap => "gap",
        }
    }
}

/// A frame from the client. Unknown members are tolerated, unknown types are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Send what came after this sequence.
    Resume {
        /// The newest sequence the client has.
        sequence: Sequence,
    },
    /// Asks for a pong: browsers cannot send pings of the protocol beneath.
    Ping,
}

impl ClientFrame {
    /// Reads one text message.
    ///
    /// # Errors
    /// When it is not one of the frames.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        // serde would also read an array, as a type and its fields in order.
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
        serde_json::from_value(fields.into())
    }
}

/// Why the server closes a socket (RFC 6455 §7.4; 4000-4999 are ours).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The replica stops: connect again, to another one.
    GoingAway,
    /// A message was larger than [`MAX_CLIENT_MESSAGE`].
    MessageTooBig,
    /// A message broke the protocol beneath.
    ProtocolError,
    /// Too many sockets on this replica: connect again later.
    Full,
    /// The token ran out: get another one.
    TokenExpired,
    /// No sign of life within the pong deadline.
    Silent,
    /// Events may have been missed: connect again, soon, and list.
    Interrupted,
    /// Too many sockets of this user.
    TooManySockets,
    /// The client reads slower than frames come: connect again and list.
    SlowClient,
    /// The client sends too many frames.
    TooManyFrames,
}

impl Ending {
    /// The close code.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::ProtocolError => 1002,
            Self::MessageTooBig => 1009,
            Self::Full | Self::Interrupted => 1013,
            Self::TokenExpired => 4001,
            Self::Silent => 4002,
            Self::TooManySockets => 4003,
            Self::SlowClient => 4008,
            Self::TooManyFrames => 4029,
        }
    }

    /// The close reason, also the label in metrics.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "going away",
            Self::ProtocolError => "protocol error",
            Self::MessageTooBig => "message too big",
            Self::Full => "server full",
            Self::Interrupted => "interrupted",
            Self::TokenExpired => "token expired",
            Self::Silent => "no pong",
            Self::TooManySockets => "too many sockets",
            Self::SlowClient => "slow client",
            Self::TooManyFrames => "too many frames",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn written(frame: &ServerFrame<'_>) -> serde_json::Value {
        serde_json::from_str(&frame.to_text().unwrap()).unwrap()
    }

    #[test]
    fn frames_have_the_documented_shape() {
        let user: UserId = "ziakhan".parse().unwrap();
        let id = Uuid::from_u128(7);
        let raw = RawValue::from_string(r#"{"b":1,"a":{"later":true}}"#.to_owned()).unwrap();
        let cases = [
            (
                ServerFrame::Hello { user_id: &user, sequence: None },
                json!({"type":"hello","user_id":"ziakhan","sequence":null}),
            ),
            (
                ServerFrame::Hello { user_id: &user, sequence: Some(Sequence(41)) },
                json!({"type":"hello","user_id":"ziakhan","sequence":41}),
            ),
            (
                ServerFrame::Task {
                    event_type: TaskChange::Completed,
                    task_id: id.into(),
                    revision: Revision(7),
                    sequence: Sequence(42),
                    actor: Actor::Mcp,
                    task: &raw,
                },
                json!({"type":"task","event_type":"completed","task_id":id,"revision":7,"sequence":42,
                    "actor":"mcp","task":{"b":1,"a":{"later":true}}}),
            ),
            (
                ServerFrame::Notification {
                    id: id.into(),
                    kind: NotificationKind::Reminder,
                    title: "Call mom",
                    body: "due at 17:00",
                    task_id: id.into(),
                    late_by_ms: 12,
                    timestamp: DateTime::UNIX_EPOCH,
                },
                json!({"type":"notification","id":id,"kind":"reminder","title":"Call mom",
                    "body":"due at 17:00","task_id":id,"late_by_ms":12,"timestamp":"1970-01-01T00:00:00Z"}),
            ),
            (
                ServerFrame::Resync { reason: ResyncReason::TooOld },
                json!({"type":"resync","reason":"too_old"}),
            ),
            (ServerFrame::Pong, json!({"type":"pong"})),
            (ServerFrame::Error { detail: "what" }, json!({"type":"error","detail":"what"})),
        ];
        for (frame, expected) in cases {
            assert_eq!(written(&frame), expected);
        }
    }

    #[test]
    fn a_task_keeps_its_bytes() {
        let text = r#"{"z":9007199254740993, "a":1.10}"#;
        let raw = RawValue::from_string(text.to_owned()).unwrap();
        let frame = ServerFrame::Task {
            event_type: TaskChange::Created,
            task_id: TaskId::generate(),
            revision: Revision(1),
            sequence: Sequence(1),
            actor: Actor::Api,
            task: &raw,
        };
        assert!(frame.to_text().unwrap().contains(text));
    }

    #[test]
    fn client_frames_are_read_whole_or_refused() {
        let resume = ClientFrame::Resume { sequence: Sequence(41) };
        assert_eq!(ClientFrame::read(r#"{"type":"resume","sequence":41}"#).unwrap(), resume);
        assert_eq!(ClientFrame::read(r#"{"sequence":41,"type":"resume","x":1}"#).unwrap(), resume);
        assert_eq!(ClientFrame::read(r#"{"type":"ping"}"#).unwrap(), ClientFrame::Ping);
        let refused = [
            "",
            "null",
            "[]",
            r#"{"type":"resume"}"#,
            r#"{"type":"resume","sequence":-1}"#,
            r#"{"type":"resume","sequence":"41"}"#,
            r#"{"type":"task"}"#,
            r#"{"type":"ping"} x"#,
        ];
        for text in refused {
            assert!(ClientFrame::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reasons_are_the_words_of_the_frames() {
        for reason in [ResyncReason::NoHistory, ResyncReason::TooOld, ResyncReason::Gap] {
            assert_eq!(json!(reason), json!(reason.as_str()));
        }
    }
}
