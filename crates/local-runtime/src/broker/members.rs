//! Who of a consumer group reads which partition.
//!
//! Partitions go to members in ranges, as Kafka's default assignor deals them out, anew whenever a member comes or goes.
//! A partition changes hands only after its reader gave it back, with the position noted: what one member has in flight
//! no other member gets.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::{Group, Topic};

/// All groups with the topics they read.
#[derive(Default)]
pub(super) struct Members {
    assignments: Mutex<HashMap<(String, i32), Arc<Assignment>>>,
    ids: AtomicU64,
}

/// The partitions of one topic among the members of one group.
struct Assignment {
    state: Mutex<State>,
    /// Ticks with every change.
    changed: watch::Sender<u64>,
}

struct State {
    /// In the order of joining, which is that of their numbers.
    members: Vec<u64>,
    /// Who reads a partition at present.
    readers: Vec<Option<u64>>,
}

/// Membership in a group for one topic. Ends with [`Member::leave`] or its drop.
pub(crate) struct Member {
    id: u64,
    assignment: Arc<Assignment>,
}

/// The right to read one partition. Dropped, it passes to whoever is next.
pub(crate) struct Lease {
    member: u64,
    partition: usize,
    assignment: Arc<Assignment>,
}

impl Members {
    /// Joins; the partitions are dealt out anew.
    pub(super) fn join(&self, group: &Group, topic: &Topic) -> Member {
        let mut assignments = self.assignments.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (group.name.clone(), topic.id());
        let partitions = topic.partitions() as usize;
        let assignment = assignments.entry(key).or_insert_with(|| Assignment::new(partitions));
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        assignment.update(|state| state.members.push(id));
        Member { id, assignment: Arc::clone(assignment) }
    }
}

impl Assignment {
    fn new(partitions: usize) -> Arc<Self> {
        let state = State { members: Vec::new(), readers: vec![None; partitions] };
        Arc::new(Self { state: Mutex::new(state), changed: watch::Sender::new(0) })
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|ticks| *ticks += 1);
    }

    fn assigned(&self, partition: usize) -> Option<u64> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).assigned(partition)
    }

    /// Takes a free partition for the member it is assigned to.
    fn take(&self, partition: usize, member: u64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let free = state.assigned(partition) == Some(member) && state.readers[partition].is_none();
        if free {
            state.readers[partition] = Some(member);
        }
        free
    }
}

impl State {
    /// Kafka's range assignor: equal ranges, the first ones longer by one if it does not come out even.
    fn assigned(&self, partition: usize) -> Option<u64> {
        let (partitions, members) = (self.readers.len(), self.members.len());
        if members == 0 {
            return None;
        }
        let (length, longer) = (partitions / members, partitions % members);
        let within_longer = longer * (length + 1);
        let at = if partition < within_longer {
            partition / (length + 1)
        } else {
            longer + (partition - within_longer) / length.max(1)
        };
        self.members.get(at).copied()
    }
}

impl Member {
    /// Waits until the partition is assigned to this member and nobody else reads it. Does not return after
    /// [`Member::leave`].
    pub(crate) async fn acquire(&self, partition: u32) -> Lease {
        let partition = partition as usize;
        let mut changed = self.assignment.changed.subscribe();
        loop {
            changed.borrow_and_update();
            if self.assignment.take(partition, self.id) {
                let assignment = Arc::clone(&self.assignment);
                return Lease { member: self.id, partition, assignment };
            }
            // The sender lives in the assignment this member holds, so it cannot be gone.
            drop(changed.changed().await);
        }
    }

    /// Gives up all partitions to come; those being read pass on as they are given back.
    pub(crate) fn leave(&self) {
        self.assignment.update(|state| state.members.retain(|member| *member != self.id));
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Lease {
    /// Waits until the partition is assigned to another member.
    pub(crate) async fn revoked(&self) {
        let mut changed = self.assignment.changed.subscribe();
        while self.assignment.assigned(self.partition) == Some(self.member) {
            drop(changed.changed().await);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.assignment.update(|state| state.readers[self.partition] = None);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::broker::InitialOffset;

    fn group() -> Group {
        Group { name: "g".to_owned(), initial: InitialOffset::Oldest, ephemeral: false }
    }

    fn topic(partitions: usize) -> Topic {
        Topic::new(1, "k".to_owned(), "t".to_owned(), vec![0; partitions])
    }

    fn ranges(partitions: usize, members: u64) -> Vec<Option<u64>> {
        let state = State { members: (0..members).collect(), readers: vec![None; partitions] };
        (0..partitions).map(|partition| state.assigned(partition)).collect()
    }

    #[test]
    fn partitions_are_dealt_out_in_ranges() {
        assert_eq!(ranges(3, 0), [None; 3]);
        assert_eq!(ranges(5, 2), [0, 0, 0, 1, 1].map(Some));
        assert_eq!(ranges(8, 3), [0, 0, 0, 1, 1, 1, 2, 2].map(Some));
        assert_eq!(ranges(2, 4), [0, 1].map(Some));
    }

    #[test]
    fn a_partition_changes_hands_when_its_reader_gave_it_back() {
        let members = Members::default();
        let (topic, group) = (topic(2), group());
        let first = members.join(&group, &topic);
        let leases: Vec<_> =
            (0..2).map(|partition| first.acquire(partition).now_or_never().unwrap()).collect();
        let second = members.join(&group, &topic);
        assert!(leases[0].revoked().now_or_never().is_none());
        assert!(leases[1].revoked().now_or_never().is_some());
        assert!(second.acquire(1).now_or_never().is_none(), "still read by the first");
        drop(leases);
        assert!(second.acquire(1).now_or_never().is_some());
        assert!(second.acquire(0).now_or_never().is_none(), "assigned to the first");
        drop(first);
        assert!(second.acquire(0).now_or_never().is_some());
    }

    #[test]
    fn groups_do_not_share() {
        let members = Members::default();
        let topic = topic(1);
        let other = Group { name: "h".to_owned(), ..group() };
        let (mine, theirs) = (members.join(&group(), &topic), members.join(&other, &topic));
        let _lease = mine.acquire(0).now_or_never().unwrap();
        assert!(theirs.acquire(0).now_or_never().is_some());
    }
}
