//! An open page: it follows a person's changes, and repairs what it misses as the page does.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{journal::Journal, reading::Reader};
use crate::{person::Person, socket::Socket};

/// Before the first attempt to connect again; then twice as long each time.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A page that stays open. Dropped, it is closed.
pub(super) struct Follower {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

/// What the page knows.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    /// Every change up to this one; none before the first list.
    pub(super) sequence: Option<u64>,
    /// Tasks, by frame or by list.
    pub(super) tasks: HashSet<String>,
    /// Ids of the notifications about each task.
    pub(super) notifications: HashMap<String, HashSet<String>>,
    /// Up to which instant it knows what the person was told; none before it asked first.
    until: Option<String>,
    /// How often the socket was opened, the first time included.
    pub(super) sockets: usize,
    /// How often the tasks were listed, the first time included.
    pub(super) lists: usize,
    /// Why there is no socket.
    pub(super) trouble: Option<String>,
}

/// What a frame asks of the page.
#[derive(Debug, PartialEq, Eq)]
enum Then {
    Nothing,
    Greet,
    List,
}

impl Follower {
    /// Opens a page of `person`.
    pub(super) fn open(websocket: String, person: Person, journal: Arc<Journal>) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let page = Page { websocket, person, journal, seen: Arc::clone(&seen) };
        Self { seen, task: tokio::spawn(page.follow()) }
    }

    /// Whether the page is open and listed in time.
    pub(super) async fn is_open_by(&self, deadline: Instant) -> bool {
        while self.seen().sequence.is_none() {
            if Instant::now() > deadline {
                return false;
            }
            sleep(LOOK_EVERY).await;
        }
        true
    }

    /// What the page knows now.
    pub(super) fn seen(&self) -> Seen {
        locked(&self.seen).clone()
    }

    /// Why there is no socket.
    pub(super) fn trouble(&self) -> String {
        locked(&self.seen).trouble.clone().unwrap_or_else(|| "it has not listed yet".to_owned())
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Page {
    websocket: String,
    person: Person,
    journal: Arc<Journal>,
    seen: Arc<Mutex<Seen>>,
}

impl Page {
    async fn follow(self) {
        let mut pause = PAUSE;
        loop {
            let trouble = match Socket::open(&self.websocket, &self.person).await {
                Ok(socket) => {
                    locked(&self.seen).sockets += 1;
                    self.read(socket, &mut pause).await
                }
                Err(error) => format!("{error:#}"),
            };
            locked(&self.seen).trouble = Some(trouble);
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads a socket to its end; answers why it ended.
    async fn read(&self, mut socket: Socket, pause: &mut Duration) -> String {
        loop {
            let frame = match socket.next().await {
                Ok(frame) => frame,
                Err(error) => return format!("{error:#}"),
            };
            let then = locked(&self.seen).take(&frame);
            match then {
                Then::Nothing => {}
                Then::Greet => {
                    *pause = PAUSE;
                    if let Err(error) = self.greet(&mut socket).await {
                        return format!("{error:#}");
                    }
                }
                Then::List => self.list().await,
            }
        }
    }

    async fn greet(&self, socket: &mut Socket) -> anyhow::Result<()> {
        self.catch_up().await;
        let sequence = locked(&self.seen).sequence;
        match sequence {
            Some(sequence) => socket.send(&json!({ "type": "resume", "sequence": sequence })).await,
            None => {
                self.list().await;
                Ok(())
            }
        }
    }

    /// Asks what was told while there was no socket, until there is an answer.
    async fn catch_up(&self) {
        loop {
            let since = locked(&self.seen).until.clone();
            if let Some(told) = self.reader().told(since.as_deref()).await {
                return locked(&self.seen).learn(&told);
            }
            sleep(PAUSE).await;
        }
    }

    fn reader(&self) -> Reader<'_> {
        Reader { person: &self.person, journal: &self.journal, breath: Duration::ZERO }
    }

    /// Lists until it succeeds: frames wait in the socket meanwhile.
    async fn list(&self) {
        loop {
            if let Some(all) = self.reader().tasks().await {
                let mut seen = locked(&self.seen);
                seen.lists += 1;
                seen.sequence = seen.sequence.max(all.sequence);
                let ids = all.items.iter().filter_map(|task| task["id"].as_str());
                seen.tasks.extend(ids.map(str::to_owned));
                return;
            }
            sleep(PAUSE).await;
        }
    }
}

impl Seen {
    fn take(&mut self, frame: &Value) -> Then {
        let task = frame["task_id"].as_str().unwrap_or_default();
        match frame["type"].as_str() {
            Some("hello") => Then::Greet,
            Some("resync") => Then::List,
            Some("notification") => {
                self.show(frame);
                Then::Nothing
            }
            Some("task") => self.change(frame["sequence"].as_u64().unwrap_or_default(), task),
            _ => Then::Nothing,
        }
    }

    /// What was told since the page asked before.
    fn learn(&mut self, told: &Value) {
        for notification in told["notifications"].as_array().into_iter().flatten() {
            self.show(notification);
        }
        self.until = told["until"].as_str().map(str::to_owned);
    }

    fn show(&mut self, notification: &Value) {
        let text = |field: &str| notification[field].as_str().unwrap_or_default().to_owned();
        self.notifications.entry(text("task_id")).or_default().insert(text("id"));
    }

    /// The next change is taken, an older one is known, and a later one means that something was missed.
    fn change(&mut self, sequence: u64, task: &str) -> Then {
        let next = self.sequence.map_or(1, |known| known + 1);
        if sequence > next {
            return Then::List;
        }
        if sequence == next {
            self.sequence = Some(sequence);
            self.tasks.insert(task.to_owned());
        }
        Then::Nothing
    }
}

fn locked(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_the_next_change_and_lists_after_a_gap() {
        let mut seen = Seen { sequence: Some(4), ..Seen::default() };
        let change = |sequence: u64| json!({ "type": "task", "sequence": sequence, "task_id": format!("t{sequence}") });
        assert_eq!(seen.take(&change(5)), Then::Nothing);
        assert_eq!(seen.take(&change(5)), Then::Nothing, "delivered again");
        assert_eq!(seen.take(&change(7)), Then::List);
        assert_eq!((seen.sequence, seen.tasks.len()), (Some(5), 1));
        assert_eq!(seen.take(&json!({ "type": "resync", "reason": "gap" })), Then::List);
        assert_eq!(seen.take(&json!({ "type": "hello" })), Then::Greet);
        let told = json!({ "type": "notification", "id": "n", "task_id": "t5" });
        for _ in 0..2 {
            assert_eq!(seen.take(&told), Then::Nothing);
        }
        let answer = json!({ "until": "2026-11-30T02:00:00Z", "notifications": [
            { "id": "n", "task_id": "t5" }, { "id": "m", "task_id": "t6" },
        ] });
        seen.learn(&answer);
        assert_eq!(seen.notifications["t5"].len(), 1, "an id is shown once");
        assert!(seen.notifications["t6"].contains("m"));
        assert_eq!(seen.until.as_deref(), Some("2026-11-30T02:00:00Z"));
    }
}
