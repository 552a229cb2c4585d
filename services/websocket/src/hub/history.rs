//! The last frames of one user, for clients that come back.
//!
//! Sequences of a user are gapless where they are given out, but events can be delivered twice, late, or not at all:
//! those of two replicas overtake each other. So a task frame is admitted when it is not kept and is newer than all that
//! was let go, even when it is the first of a user and comes after the second. What is older may have been sent before,
//! and is of no use: a client that misses it has seen the gap after it and has listed again.

use std::{collections::VecDeque, sync::Arc};

use todo_events::{EventId, Sequence};

use super::frame::Frame;
use crate::protocol::ResyncReason;

/// How much one history keeps.
#[derive(Debug, Clone, Copy)]
pub struct HistoryLimits {
    /// Most frames.
    pub frames: usize,
    /// Most bytes of frames; the newest frame is kept even when it alone is larger.
    pub bytes: usize,
}

/// Frames in the order of sequences; a notification stands where it came in.
#[derive(Debug, Default)]
pub(super) struct History {
    entries: VecDeque<Entry>,
    bytes: usize,
    newest: Option<Sequence>,
    /// The newest one whose frame is no longer kept.
    let_go: Option<Sequence>,
}

#[derive(Debug)]
struct Entry {
    /// Of a task its sequence; of a notification the newest sequence when it came in.
    at: Option<Sequence>,
    /// Set for a notification.
    notification: Option<EventId>,
    frame: Arc<Frame>,
}

impl Entry {
    fn is_task(&self) -> bool {
        self.notification.is_none()
    }
}

/// What a client gets that resumes.
#[derive(Debug)]
pub struct Backlog {
    /// Set when the client must list again, whatever `frames` says about notifications.
    pub resync: Option<ResyncReason>,
    /// What it may have missed, in order. Notifications may be among them that it has: their ids tell.
    pub frames: Vec<Arc<Frame>>,
}

impl History {
    /// The newest sequence seen, even when its frame is no longer kept.
    pub(super) fn newest(&self) -> Option<Sequence> {
        self.newest
    }

    /// Bytes of the frames kept.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a task frame of this sequence is to be sent and kept.
    pub(super) fn admits(&self, sequence: Sequence) -> bool {
        Some(sequence) > self.newest
            || Some(sequence) > self.let_go && !self.tasks_after(None).any(|at| at == sequence)
    }

    /// Whether a notification has not been seen, as far as this history goes back.
    pub(super) fn admits_notification(&self, id: EventId) -> bool {
        !self.entries.iter().any(|entry| entry.notification == Some(id))
    }

    /// Keeps an admitted task frame.
    pub(super) fn push(&mut self, sequence: Sequence, frame: Arc<Frame>, limits: HistoryLimits) {
        let at = Some(sequence);
        self.newest = self.newest.max(at);
        self.insert(Entry { at, notification: None, frame }, limits);
    }

    /// Keeps an admitted notification.
    pub(super) fn push_notification(
        &mut self,
        id: EventId,
        frame: Arc<Frame>,
        limits: HistoryLimits,
    ) {
        self.insert(Entry { at: self.newest, notification: Some(id), frame }, limits);
    }

    /// What a client has missed whose newest sequence is `have`.
    pub(super) fn since(&self, have: Sequence) -> Backlog {
        let resync = self.resync_reason(have);
        // A client may be ahead of this replica: what came last may still be new to it.
        let horizon = self.newest.map(|newest| newest.min(have));
        let frames = self.entries.iter().filter(|entry| match entry.at {
            at if entry.is_task() => resync.is_none() && at > Some(have),
            None => true,
            at => resync.is_some() || at >= horizon,
        });
        Backlog { resync, frames: frames.map(|entry| Arc::clone(&entry.frame)).collect() }
    }

    /// Lets every frame go; the newest sequence is remembered.
    pub(super) fn clear(&mut self) {
        self.entries = VecDeque::new();
        self.bytes = 0;
        self.let_go = self.newest;
    }

    fn resync_reason(&self, have: Sequence) -> Option<ResyncReason> {
        let Some(newest) = self.newest else { return Some(ResyncReason::NoHistory) };
        let missing = newest.0.saturating_sub(have.0);
        let kept = u64::try_from(self.tasks_after(Some(have)).count()).unwrap_or(u64::MAX);
        if kept == missing {
            None
        } else if self.oldest().is_some_and(|oldest| oldest.0 <= have.0.saturating_add(1)) {
            Some(ResyncReason::Gap)
        } else {
            Some(ResyncReason::TooOld)
        }
    }

    fn oldest(&self) -> Option<Sequence> {
        self.tasks_after(None).next()
    }

    fn tasks_after(&self, have: Option<Sequence>) -> impl Iterator<Item = Sequence> {
        let tasks = self.entries.iter().filter(|entry| entry.is_task());
        tasks.filter_map(|entry| entry.at).filter(move |at| Some(*at) > have)
    }

    fn insert(&mut self, entry: Entry, limits: HistoryLimits) {
        self.bytes += entry.frame.size();
        let place = self.entries.partition_point(|other| other.at <= entry.at);
        self.entries.insert(place, entry);
        while self.entries.len() > limits.frames.max(1)
            || (self.bytes > limits.bytes && self.entries.len() > 1)
        {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.frame.size();
            if oldest.is_task() {
                self.let_go = self.let_go.max(oldest.at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::frame::{Arrival, FrameKind};

    const WIDE: HistoryLimits = HistoryLimits { frames: 8, bytes: 1_000 };

    fn frame(text: &str) -> Arc<Frame> {
        Arc::new(Frame::new(text.to_owned().into(), FrameKind::Task, Arrival(0)))
    }

    /// A history after these sequences came in, in this order; those it admitted.
    fn after(sequences: &[u64], limits: HistoryLimits) -> (History, Vec<u64>) {
        let mut history = History::default();
        let mut admitted = Vec::new();
        for sequence in sequences {
            if history.admits(Sequence(*sequence)) {
                history.push(Sequence(*sequence), frame(&sequence.to_string()), limits);
                admitted.push(*sequence);
            }
        }
        (history, admitted)
    }

    fn texts(backlog: &Backlog) -> Vec<String> {
        backlog.frames.iter().map(|frame| frame.text().to_string()).collect()
    }

    #[test]
    fn a_sequence_is_admitted_once_in_whatever_order_it_comes() {
        let cases: [(&[u64], &[u64]); 6] = [
            (&[5, 6, 7], &[5, 6, 7]),
            (&[5, 5, 6, 5, 6], &[5, 6]),
            // 6 was missing, so it is still sent, once.
            (&[5, 7, 6, 6], &[5, 7, 6]),
            // The first of a user that were overtaken.
            (&[2, 3, 1, 1], &[2, 3, 1]),
            (&[5, 9, 7, 8, 6, 7], &[5, 9, 7, 8, 6]),
            (&[u64::MAX, 0, 0], &[u64::MAX, 0]),
        ];
        for (incoming, expected) in cases {
            assert_eq!(after(incoming, WIDE).1, expected, "{incoming:?}");
        }
    }

    #[test]
    fn a_hole_that_was_let_go_is_not_filled() {
        let limits = HistoryLimits { frames: 2, bytes: 1_000 };
        assert_eq!(after(&[1, 3, 4, 5, 2], limits).1, [1, 3, 4, 5]);
        let (mut history, _) = after(&[4, 5], WIDE);
        history.clear();
        let admitted = [3, 4, 5, 6].map(|sequence| history.admits(Sequence(sequence)));
        assert_eq!(admitted, [false, false, false, true]);
    }

    #[test]
    fn resuming_replays_what_is_contiguous_and_otherwise_asks_to_list() {
        let narrow = HistoryLimits { frames: 3, bytes: 1_000 };
        let replayed = |incoming: &[u64], have, frames: &[&str]| {
            let backlog = after(incoming, WIDE).0.since(Sequence(have));
            assert_eq!(backlog.resync, None, "{incoming:?} since {have}");
            assert_eq!(texts(&backlog), frames, "{incoming:?} since {have}");
        };
        replayed(&[5, 6, 7], 4, &["5", "6", "7"]);
        replayed(&[5, 6, 7], 6, &["7"]);
        replayed(&[5, 6, 7], 7, &[]);
        // The client listed before the event reached this replica.
        replayed(&[5, 6, 7], 9, &[]);
        // Filled late, replayed in order.
        replayed(&[5, 7, 6], 4, &["5", "6", "7"]);
        let refused = |incoming: &[u64], limits, have, reason| {
            let backlog = after(incoming, limits).0.since(Sequence(have));
            assert_eq!(backlog.resync, Some(reason), "{incoming:?} since {have}");
            assert!(backlog.frames.is_empty(), "{incoming:?} since {have}");
        };
        refused(&[], WIDE, 4, ResyncReason::NoHistory);
        refused(&[5, 6, 7], WIDE, 3, ResyncReason::TooOld);
        refused(&[5, 6, 7, 8], narrow, 4, ResyncReason::TooOld);
        refused(&[5, 7], WIDE, 4, ResyncReason::Gap);
    }

    #[test]
    fn bytes_and_frames_are_bounded_but_the_newest_frame_stays() {
        let limits = HistoryLimits { frames: 8, bytes: 10 };
        let mut history = History::default();
        for sequence in 1..=20 {
            history.push(Sequence(sequence), frame("four"), limits);
            assert!(history.bytes() <= 10);
        }
        history.push(Sequence(21), frame(&"x".repeat(99)), limits);
        assert_eq!((history.bytes(), history.entries.len()), (99, 1));
        history.clear();
        assert_eq!((history.bytes(), history.newest()), (0, Some(Sequence(21))));
        assert_eq!(history.since(Sequence(20)).resync, Some(ResyncReason::TooOld));
        assert_eq!(history.since(Sequence(21)).resync, None);
    }

    #[test]
    fn notifications_are_replayed_where_they_may_have_been_missed() {
        let (early, late) = (EventId::generate(), EventId::generate());
        let (mut history, _) = after(&[5, 6], WIDE);
        history.push_notification(early, frame("early"), WIDE);
        history.push(Sequence(7), frame("7"), WIDE);
        history.push_notification(late, frame("late"), WIDE);
        assert!(!history.admits_notification(early));
        assert!(history.admits_notification(EventId::generate()));
        let cases: [(u64, &[&str]); 4] = [
            (5, &["6", "early", "7", "late"]),
            (6, &["early", "7", "late"]),
            (7, &["late"]),
            // After a resync tasks come from the list, but nothing else holds the notifications.
            (1, &["early", "late"]),
        ];
        for (have, expected) in cases {
            assert_eq!(texts(&history.since(Sequence(have))), expected, "since {have}");
        }
        assert_eq!(texts(&history.since(Sequence(99))), ["late"]);
    }
}
