//! All channels of this replica, and the bounds on what they hold. Plain data: the caller brings lock and time.
//!
//! A channel is made by a user's first socket. When the last one goes, the channel is parked: it goes on collecting
//! frames, so that a client which comes back soon misses nothing. Parked channels are let go after a while, or the
//! longest parked first when there are too many users or bytes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use axum::extract::ws::Utf8Bytes;
use todo_events::{EventId, Sequence};

use super::{
    channel::{Channel, Sent, Socket, SocketId},
    frame::{Arrival, Frame, FrameKind},
    history::{Backlog, HistoryLimits},
};
use crate::protocol::{Ending, ResyncReason};

/// Bounds of a hub.
#[derive(Debug, Clone, Copy)]
pub struct HubLimits {
    /// Most sockets.
    pub sockets: usize,
    /// Most sockets of one user.
    pub sockets_per_user: usize,
    /// Frames that wait for one socket before it counts as slow.
    pub queue: usize,
    /// What is kept for one user.
    pub history: HistoryLimits,
    /// Bytes of frames that are kept for all users together.
    pub history_total: usize,
    /// Users without a socket whose frames are kept.
    pub parked_users: usize,
    /// How long the frames of a user without a socket are kept.
    pub parked_for: Duration,
}

/// When a channel was parked; the number tells two of the same instant apart.
pub(super) type Parking = (Duration, u64);

/// A frame's content and its place in what it is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Task(Sequence),
    Notification(EventId),
}

/// Every channel of this replica.
#[derive(Debug)]
pub(super) struct Registry {
    channels: HashMap<Arc<str>, Channel>,
    parked: BTreeMap<Parking, Arc<str>>,
    limits: HubLimits,
    sockets: usize,
    bytes: usize,
    /// Numbers arrivals, sockets and parkings.
    counter: u64,
    closing: bool,
}

impl Registry {
    pub(super) fn new(limits: HubLimits) -> Self {
        Self {
            channels: HashMap::new(),
            parked: BTreeMap::new(),
            limits,
            sockets: 0,
            bytes: 0,
            counter: 0,
            closing: false,
        }
    }

    /// Open sockets.
    pub(super) fn sockets(&self) -> usize {
        self.sockets
    }

    /// Whether anything is kept or sent for this user.
    pub(super) fn knows(&self, user: &str) -> bool {
        self.channels.contains_key(user)
    }

    /// Adds a socket of `user`; `make` is called once it is certain that there is room. Answers the newest sequence.
    pub(super) fn join(
        &mut self,
        user: &str,
        make: impl FnOnce(SocketId) -> Socket,
    ) -> Result<Option<Sequence>, Ending> {
        if self.closing {
            return Err(Ending::GoingAway);
        }
        if self.sockets >= self.limits.sockets {
            return Err(Ending::Full);
        }
        let open = self.channels.get(user).map_or(0, |channel| channel.sockets.len());
        if open >= self.limits.sockets_per_user {
            return Err(Ending::TooManySockets);
        }
        let id = SocketId(self.count());
        let channel = self.channels.entry(user.into()).or_default();
        if let Some(parking) = channel.parked.take() {
            self.parked.remove(&parking);
        }
        channel.sockets.push(make(id));
        self.sockets += 1;
        Ok(channel.history.newest())
    }

    /// Takes a socket out, and parks the channel when it was the last one.
    pub(super) fn leave(&mut self, user: &str, id: SocketId, now: Duration) {
        let number = self.count();
        let Some((key, _)) = self.channels.get_key_value(user) else { return };
        let key = Arc::clone(key);
        let Some(channel) = self.channels.get_mut(user) else { return };
        let before = channel.sockets.len();
        channel.sockets.retain(|socket| socket.id != id);
        self.sockets -= before - channel.sockets.len();
        if channel.sockets.is_empty() && channel.parked.is_none() {
            channel.parked = Some((now, number));
            self.parked.insert((now, number), key);
        }
        self.let_go(now);
    }

    /// Sends a frame to every socket of `user` and keeps it. `None` when it was sent before, or nobody wants it.
    pub(super) fn publish(
        &mut self,
        user: &str,
        subject: Subject,
        text: Utf8Bytes,
        now: Duration,
    ) -> Option<Sent> {
        let arrival = Arrival(self.count());
        let limits = self.limits.history;
        let channel = self.channels.get_mut(user)?;
        let history = &mut channel.history;
        let before = history.bytes();
        let frame = match subject {
            Subject::Task(sequence) if history.admits(sequence) => {
                let frame = Arc::new(Frame::new(text, FrameKind::Task, arrival));
                history.push(sequence, Arc::clone(&frame), limits);
                frame
            }
            Subject::Notification(id) if history.admits_notification(id) => {
                let frame = Arc::new(Frame::new(text, FrameKind::Notification, arrival));
                history.push_notification(id, Arc::clone(&frame), limits);
                frame
            }
            Subject::Task(_) | Subject::Notification(_) => return None,
        };
        self.bytes = self.bytes + history.bytes() - before;
        let sent = channel.send(&frame);
        self.sockets -= sent.slow;
        self.let_go(now);
        self.shrink(user);
        Some(sent)
    }

    /// What a client of `user` has missed since `have`, and the newest arrival that this takes into account.
    pub(super) fn since(&self, user: &str, have: Sequence) -> (Backlog, Arrival) {
        let backlog = match self.channels.get(user) {
            Some(channel) => channel.history.since(have),
            None => Backlog { resync: Some(ResyncReason::NoHistory), frames: Vec::new() },
        };
        (backlog, Arrival(self.counter))
    }

    /// Ends every session and forgets everything that was sent.
    pub(super) fn start_over(&mut self, ending: Ending) {
        self.end_all(ending);
        self.channels.clear();
        self.parked.clear();
        self.bytes = 0;
    }

    /// Ends every session, and refuses new ones from now on.
    pub(super) fn close(&mut self, ending: Ending) {
        self.closing = true;
        self.end_all(ending);
    }

    fn end_all(&mut self, ending: Ending) {
        for channel in self.channels.values_mut() {
            self.sockets -= channel.sockets.len();
            channel.sockets.drain(..).for_each(|socket| socket.end(ending));
        }
    }

    /// Lets parked channels go that are too old or too many.
    fn let_go(&mut self, now: Duration) {
        while let Some((parking, _)) = self.parked.first_key_value() {
            let old = now.saturating_sub(parking.0) >= self.limits.parked_for;
            let many = self.parked.len() > self.limits.parked_users;
            let large = self.bytes > self.limits.history_total;
            if !(old || many || large) {
                return;
            }
            let Some((_, user)) = self.parked.pop_first() else { return };
            if let Some(channel) = self.channels.remove(&user) {
                self.bytes -= channel.history.bytes();
            }
        }
    }

    /// When even users with sockets hold too much, the one that just got a frame starts its history anew.
    fn shrink(&mut self, user: &str) {
        if self.bytes > self.limits.history_total
            && let Some(channel) = self.channels.get_mut(user)
        {
            self.bytes -= channel.history.bytes();
            channel.history.clear();
        }
    }

    fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}

#[cfg(test)]
mod tests;
