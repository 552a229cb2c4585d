//! Which sockets a user has, what they have yet to be sent, and what was sent before.
//!
//! One lock guards it all. It is held for a look-up and a few non-blocking sends, never across an await, so an event
//! costs about a microsecond and a slow client costs the others nothing.

mod channel;
mod frame;
mod history;
mod registry;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use todo_events::{EventId, Sequence, UserId};
use todo_service_kit::Clock;
use tokio::sync::{mpsc, oneshot};

use channel::{Socket, SocketId};
use registry::{Registry, Subject};

use crate::{metrics, protocol::Ending};

pub use channel::Sent;
pub use frame::{Arrival, Frame, FrameKind};
pub use history::{Backlog, HistoryLimits};
pub use registry::HubLimits;

/// The sockets of this replica; clones share them.
#[derive(Debug, Clone)]
pub struct Hub {
    registry: Arc<Mutex<Registry>>,
    queue: usize,
    clock: Clock,
}

/// A session's place in the hub; dropping it leaves.
#[derive(Debug)]
pub struct Seat {
    /// Frames to send, in order. It ends when the hub has given the socket up.
    pub queue: mpsc::Receiver<Arc<Frame>>,
    /// Why to end, once the hub wants it.
    pub ending: oneshot::Receiver<Ending>,
    /// The newest sequence of the user when the seat was taken.
    pub newest: Option<Sequence>,
    user: UserId,
    id: SocketId,
    hub: Hub,
}

impl Hub {
    /// A hub without sockets.
    #[must_use]
    pub fn new(limits: HubLimits, clock: Clock) -> Self {
        let registry = Arc::new(Mutex::new(Registry::new(limits)));
        Self { registry, queue: limits.queue, clock }
    }

    /// Takes a seat for a socket of `user`.
    ///
    /// # Errors
    /// How to close the socket instead, when there is no room.
    pub fn join(&self, user: UserId) -> Result<Seat, Ending> {
        let (queue_in, queue) = mpsc::channel(self.queue);
        let (ending_in, ending) = oneshot::channel();
        let mut registry = self.lock();
        let mut id = SocketId(0);
        let newest = registry.join(user.as_str(), |given| {
            id = given;
            Socket { id, queue: queue_in, ending: ending_in }
        })?;
        metrics::sockets(registry.sockets());
        drop(registry);
        Ok(Seat { queue, ending, newest, user, id, hub: self.clone() })
    }

    /// Whether anything is sent to or kept for `user`: if not, their events need not even be read.
    #[must_use]
    pub fn knows(&self, user: &str) -> bool {
        self.lock().knows(user)
    }

    /// Sends a task frame unless its sequence was sent before.
    pub fn publish_task(&self, user: &UserId, sequence: Sequence, text: Utf8Bytes) {
        self.publish(user, Subject::Task(sequence), text);
    }

    /// Sends a notification frame unless its id was sent before.
    pub fn publish_notification(&self, user: &UserId, id: EventId, text: Utf8Bytes) {
        self.publish(user, Subject::Notification(id), text);
    }

    /// Ends every session, and refuses new ones from now on.
    pub fn close(&self, ending: Ending) {
        self.lock().close(ending);
    }

    /// Ends every session and forgets what was sent: events may be missing from now on, and a client that comes back
    /// has to list.
    pub fn start_over(&self) {
        self.lock().start_over(Ending::Interrupted);
        metrics::sockets(0);
    }

    /// Open sockets.
    #[must_use]
    pub fn sockets(&self) -> usize {
        self.lock().sockets()
    }

    fn publish(&self, user: &UserId, subject: Subject, text: Utf8Bytes) {
        let now = self.clock.uptime();
        let mut registry = self.lock();
        let sent = registry.publish(user.as_str(), subject, text, now);
        let sockets = registry.sockets();
        drop(registry);
        match sent {
            Some(sent) => metrics::published(sent, sockets),
            None => metrics::skipped(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        // Nothing panics while it is held; if it did, stale counts are better than no frames.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Whose seat it is.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// What the client has missed since `have`, and the newest arrival that this takes into account.
    #[must_use]
    pub fn since(&self, have: Sequence) -> (Backlog, Arrival) {
        self.hub.lock().since(self.user.as_str(), have)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let now = self.hub.clock.uptime();
        let mut registry = self.hub.lock();
        registry.leave(self.user.as_str(), self.id, now);
        metrics::sockets(registry.sockets());
    }
}
