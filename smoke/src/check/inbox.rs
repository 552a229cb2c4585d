//! A socket that is always read, so that its server finds it alive, and everything that came through it.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::{
    task::JoinHandle,
    time::{Duration, sleep},
};

use crate::{person::Person, socket::Socket};

/// Between two attempts to open it.
const PAUSE: Duration = Duration::from_millis(250);

/// Frames so far. Dropped, the socket is closed.
pub(super) struct Inbox {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    frames: Vec<Value>,
    /// Why there is no socket now; none while there is one.
    trouble: Option<String>,
}

impl Inbox {
    /// Opens the socket, as often as it takes.
    pub(super) fn open(url: String, person: Person) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let task = tokio::spawn(read(url, person, Arc::clone(&seen)));
        Self { seen, task }
    }

    /// A frame of which something holds.
    ///
    /// # Errors
    /// With what came instead.
    pub(super) fn find(&self, holds: impl Fn(&Value) -> bool) -> Result<Value, String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let found = seen.frames.iter().find(|frame| holds(frame)).cloned();
        found.ok_or_else(|| seen.described())
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Seen {
    fn described(&self) -> String {
        let word = |frame: &Value| {
            let texts = [&frame["type"], &frame["event_type"], &frame["task_id"]];
            texts.iter().filter_map(|text| text.as_str()).collect::<Vec<_>>().join(" ")
        };
        let frames: Vec<String> = self.frames.iter().map(word).collect();
        let came = match frames.as_slice() {
            [] => "no frame".to_owned(),
            some => format!("the frames: {}", some.join(", ")),
        };
        let trouble = self.trouble.as_ref().map(|why| format!("; no socket: {why}"));
        came + &trouble.unwrap_or_default()
    }
}

async fn read(url: String, person: Person, seen: Arc<Mutex<Seen>>) {
    let note = |change: &dyn Fn(&mut Seen)| {
        change(&mut seen.lock().unwrap_or_else(PoisonError::into_inner));
    };
    loop {
        match Socket::open(&url, &person).await {
            Ok(mut socket) => {
                note(&|seen| seen.trouble = None);
                let why = loop {
                    match socket.next().await {
                        Ok(frame) => note(&|seen| seen.frames.push(frame.clone())),
                        Err(error) => break format!("{error:#}"),
                    }
                };
                note(&|seen| seen.trouble = Some(why.clone()));
            }
            Err(error) => note(&|seen| seen.trouble = Some(format!("{error:#}"))),
        }
        sleep(PAUSE).await;
    }
}
