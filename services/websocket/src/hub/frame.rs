//! A serialised frame, shared by every socket and history that holds it.

use axum::extract::ws::Utf8Bytes;

/// One frame of a user, serialised once.
#[derive(Debug)]
pub struct Frame {
    text: Utf8Bytes,
    kind: FrameKind,
    arrival: Arrival,
}

/// What a frame is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// A change of a task.
    Task,
    /// A notification.
    Notification,
}

/// The place of a frame among all frames of this hub, in the order they came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Arrival(pub(super) u64);

impl Frame {
    pub(super) fn new(text: Utf8Bytes, kind: FrameKind, arrival: Arrival) -> Self {
        Self { text, kind, arrival }
    }

    /// The message; a clone shares the bytes.
    #[must_use]
    pub fn text(&self) -> Utf8Bytes {
        self.text.clone()
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> FrameKind {
        self.kind
    }

    /// When it came in, relative to other frames.
    #[must_use]
    pub const fn arrival(&self) -> Arrival {
        self.arrival
    }

    /// Size of the message in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.len()
    }
}
