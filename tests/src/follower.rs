//! An open page: it follows a person's changes, and repairs what it misses as the page does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::{task::JoinHandle, time::sleep};

use crate::{Person, Socket, eventually};

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);

/// A page that stays open. Dropped, it is closed.
#[derive(Debug)]
pub struct Follower {
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Every change up to this one is known.
    sequence: AtomicU64,
    /// How often the tasks had to be listed, the first time included.
    lists: AtomicUsize,
}

impl Follower {
    /// Opens a page of `person` whose sockets are opened at `websocket`, `ws://…/ws`.
    pub fn open(websocket: String, person: Person) -> Self {
        let seen = Arc::<Seen>::default();
        let task = tokio::spawn(follow(websocket, person, Arc::clone(&seen)));
        Self { seen, task }
    }

    /// Waits until the page knows everything up to `sequence`.
    pub async fn reached(&self, sequence: u64) {
        eventually("the last frame", async || {
            (self.seen.sequence.load(Ordering::Relaxed) >= sequence).then_some(())
        })
        .await;
    }

    /// How often the page listed its tasks.
    #[must_use]
    pub fn lists(&self) -> usize {
        self.seen.lists.load(Ordering::Relaxed)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(websocket: String, person: Person, seen: Arc<Seen>) {
    let mut listed = false;
    loop {
        let Ok(mut socket) = Socket::open(&websocket, person.token()).await else {
            sleep(PAUSE).await;
            continue;
        };
        if listed {
            let sequence = seen.sequence.load(Ordering::Relaxed);
            if socket.send(json!({ "type": "resume", "sequence": sequence })).await.is_err() {
                continue;
            }
        } else {
            list(&person, &seen).await;
            listed = true;
        }
        while let Ok(frame) = socket.next().await {
            let next = seen.sequence.load(Ordering::Relaxed) + 1;
            match (frame["type"].as_str(), frame["sequence"].as_u64()) {
                (Some("resync"), _) => list(&person, &seen).await,
                (Some("task"), Some(sequence)) if sequence == next => {
                    seen.sequence.store(sequence, Ordering::Relaxed);
                }
                (Some("task"), Some(sequence)) if sequence > next => list(&person, &seen).await,
                _ => {}
            }
        }
    }
}

async fn list(person: &Person, seen: &Seen) {
    loop {
        let request = person.request(reqwest::Method::GET, "/tasks?limit=1").send().await;
        let answer = match request {
            Ok(answer) if answer.status().is_success() => answer.json().await.ok(),
            Ok(_) | Err(_) => None,
        };
        let sequence = answer.and_then(|body: serde_json::Value| body["sequence"].as_u64());
        if let Some(sequence) = sequence {
            seen.sequence.fetch_max(sequence, Ordering::Relaxed);
            seen.lists.fetch_add(1, Ordering::Relaxed);
            return;
        }
        sleep(PAUSE).await;
    }
}
