//! The bounds of the registry, without sockets and clocks.

use tokio::sync::{mpsc, oneshot};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

const LIMITS: HubLimits = HubLimits {
    sockets: 4,
    sockets_per_user: 2,
    queue: 2,
    history: HistoryLimits { frames: 8, bytes: 100 },
    history_total: 250,
    parked_users: 2,
    parked_for: Duration::from_secs(60),
};

/// A session as the registry sees it.
struct Session {
    id: SocketId,
    queue: mpsc::Receiver<Arc<Frame>>,
    ending: oneshot::Receiver<Ending>,
    newest: Option<Sequence>,
}

fn join(registry: &mut Registry, user: &str) -> Result<Session, Ending> {
    let (queue_in, queue) = mpsc::channel(LIMITS.queue);
    let (ending_in, ending) = oneshot::channel();
    let mut id = SocketId(0);
    let newest = registry.join(user, |given| {
        id = given;
        Socket { id, queue: queue_in, ending: ending_in }
    })?;
    Ok(Session { id, queue, ending, newest })
}

fn publish(registry: &mut Registry, user: &str, sequence: u64, now: Duration) -> Option<Sent> {
    let text = format!("{sequence:0>50}").into();
    registry.publish(user, Subject::Task(Sequence(sequence)), text, now)
}

/// The sequences that wait in a queue.
fn waiting(session: &mut Session) -> Vec<u64> {
    let frames = std::iter::from_fn(|| session.queue.try_recv().ok());
    frames.map(|frame| frame.text().as_str().trim_start_matches('0').parse().unwrap()).collect()
}

#[test]
fn every_socket_of_a_user_gets_a_frame_once_and_others_get_none() {
    let mut registry = Registry::new(LIMITS);
    let (mut first, mut second) =
        (join(&mut registry, "ada").unwrap(), join(&mut registry, "ada").unwrap());
    let mut other = join(&mut registry, "bob").unwrap();
    assert_eq!(publish(&mut registry, "ada", 5, SECOND), Some(Sent { sockets: 2, slow: 0 }));
    assert_eq!(publish(&mut registry, "ada", 5, SECOND), None);
    assert_eq!(publish(&mut registry, "eve", 1, SECOND), None);
    assert_eq!((waiting(&mut first), waiting(&mut second)), (vec![5], vec![5]));
    assert!(waiting(&mut other).is_empty());
    assert_eq!(join(&mut registry, "ada").err(), Some(Ending::TooManySockets));
    registry.leave("ada", first.id, SECOND);
    assert_eq!(join(&mut registry, "ada").unwrap().newest, Some(Sequence(5)));
}

#[test]
fn the_whole_is_bounded_too() {
    let mut registry = Registry::new(LIMITS);
    let sessions: Vec<_> =
        ["a", "b", "c", "d"].map(|user| join(&mut registry, user).unwrap()).into();
    assert_eq!(join(&mut registry, "e").err(), Some(Ending::Full));
    assert!(!registry.knows("e"), "a refused user leaves nothing behind");
    registry.leave("a", sessions[0].id, SECOND);
    registry.leave("a", sessions[0].id, SECOND);
    assert_eq!(registry.sockets(), 3);
    assert!(join(&mut registry, "e").is_ok());
}

#[test]
fn a_full_queue_ends_that_socket_alone() {
    let mut registry = Registry::new(LIMITS);
    let (mut slow, mut quick) =
        (join(&mut registry, "ada").unwrap(), join(&mut registry, "ada").unwrap());
    for sequence in 1..=3 {
        let sent = publish(&mut registry, "ada", sequence, SECOND).unwrap();
        let expected = if sequence <= 2 { (2, 0) } else { (1, 1) };
        assert_eq!((sent.sockets, sent.slow), expected);
        assert_eq!(waiting(&mut quick), [sequence]);
    }
    assert_eq!(slow.ending.try_recv(), Ok(Ending::SlowClient));
    assert_eq!(registry.sockets(), 1);
    registry.leave("ada", slow.id, SECOND);
    assert_eq!((registry.sockets(), registry.parked.len()), (1, 0));
    registry.leave("ada", quick.id, SECOND);
    assert_eq!((registry.sockets(), registry.parked.len()), (0, 1));
}

#[test]
fn a_parked_user_collects_frames_until_it_is_too_long_ago() {
    let mut registry = Registry::new(LIMITS);
    let session = join(&mut registry, "ada").unwrap();
    publish(&mut registry, "ada", 1, SECOND);
    registry.leave("ada", session.id, SECOND);
    publish(&mut registry, "ada", 2, 2 * SECOND);
    let (backlog, _) = registry.since("ada", Sequence(1));
    assert_eq!((backlog.resync, backlog.frames.len()), (None, 1));
    let back = join(&mut registry, "ada").unwrap();
    assert_eq!(back.newest, Some(Sequence(2)));
    registry.leave("ada", back.id, 10 * SECOND);
    let other = join(&mut registry, "bob").unwrap();
    registry.leave("bob", other.id, 69 * SECOND);
    assert!(registry.knows("ada"));
    publish(&mut registry, "bob", 1, 70 * SECOND);
    assert!(!registry.knows("ada"));
    assert!(registry.knows("bob"));
    assert_eq!(registry.since("ada", Sequence(2)).0.resync, Some(ResyncReason::NoHistory));
}

#[test]
fn the_longest_parked_go_first_when_there_are_too_many() {
    let mut registry = Registry::new(LIMITS);
    for (second, user) in (1..).zip(["a", "b", "c"]) {
        let session = join(&mut registry, user).unwrap();
        publish(&mut registry, user, 1, second * SECOND);
        registry.leave(user, session.id, second * SECOND);
    }
    assert_eq!(["a", "b", "c"].map(|user| registry.knows(user)), [false, true, true]);
    assert_eq!((registry.bytes, registry.parked.len()), (100, 2));
}

#[test]
fn bytes_of_all_users_are_bounded() {
    let mut registry = Registry::new(LIMITS);
    let parked = join(&mut registry, "parked").unwrap();
    publish(&mut registry, "parked", 1, SECOND);
    registry.leave("parked", parked.id, SECOND);
    let mut sessions: Vec<_> =
        ["a", "b", "c"].map(|user| join(&mut registry, user).unwrap()).into();
    for sequence in 1..=9 {
        for (user, session) in ["a", "b", "c"].into_iter().zip(&mut sessions) {
            publish(&mut registry, user, sequence, SECOND);
            assert!(registry.bytes <= LIMITS.history_total);
            assert_eq!(waiting(session), [sequence], "live sockets miss nothing");
        }
    }
    assert!(!registry.knows("parked"));
    let kept: usize = registry.channels.values().map(|channel| channel.history.bytes()).sum();
    assert_eq!(kept, registry.bytes);
}

#[test]
fn closing_ends_everyone_and_lets_nobody_in() {
    let mut registry = Registry::new(LIMITS);
    let mut session = join(&mut registry, "ada").unwrap();
    registry.close(Ending::GoingAway);
    assert_eq!(session.ending.try_recv(), Ok(Ending::GoingAway));
    assert_eq!(join(&mut registry, "ada").err(), Some(Ending::GoingAway));
    registry.leave("ada", session.id, SECOND);
    assert_eq!(registry.sockets(), 0);
}
