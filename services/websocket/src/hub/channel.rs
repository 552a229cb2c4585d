//! One user's sockets on this replica, and their history.

use std::sync::Arc;

use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot,
};

use super::{frame::Frame, history::History};
use crate::protocol::Ending;

/// Names one socket for as long as the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SocketId(pub(super) u64);

/// The hub's end of one socket.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) id: SocketId,
    pub(super) queue: mpsc::Sender<Arc<Frame>>,
    pub(super) ending: oneshot::Sender<Ending>,
}

/// One user's sockets and history.
#[derive(Debug, Default)]
pub(super) struct Channel {
    pub(super) history: History,
    pub(super) sockets: Vec<Socket>,
    /// When it is let go, while it has no socket.
    pub(super) parked: Option<super::registry::Parking>,
}

/// What became of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Sockets it was queued for.
    pub sockets: usize,
    /// Sockets that were given up because their queue was full.
    pub slow: usize,
}

impl Channel {
    /// Queues a frame for every socket. One whose queue is full is given up: it must not hold up the others, nor the
    /// event, and its client will notice, come back and list again.
    pub(super) fn send(&mut self, frame: &Arc<Frame>) -> Sent {
        let mut sent = Sent::default();
        let mut index = 0;
        while let Some(socket) = self.sockets.get(index) {
            match socket.queue.try_send(Arc::clone(frame)) {
                Ok(()) => {
                    sent.sockets += 1;
                    index += 1;
                }
                // Its session has ended and is about to leave.
                Err(TrySendError::Closed(_)) => index += 1,
                Err(TrySendError::Full(_)) => {
                    sent.slow += 1;
                    self.sockets.swap_remove(index).end(Ending::SlowClient);
                }
            }
        }
        sent
    }
}

impl Socket {
    /// Tells the session to end; one that has ended does not hear it.
    pub(super) fn end(self, ending: Ending) {
        let _ = self.ending.send(ending);
    }
}
