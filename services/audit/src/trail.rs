//! The lines on stdout: one for each stored event, printed after the event is committed.
//!
//! Storing an event also stores the note "not printed yet". Whoever stored it prints the line and then removes the note,
//! many at a time under load. When that process dies in between, the note's lease runs out and [`sweep`], in any
//! replica, prints the line. A death between printing and removing therefore prints a line twice and never zero times;
//! `event_id` tells.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Serialize;
use todo_events::EventId;
use todo_service_kit::{Dependency, Tasks};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use tokio_util::sync::CancellationToken;

use crate::{domain::Entry, metrics, store::Entries};

/// How often forgotten lines are looked for.
const SWEEP: Duration = Duration::from_secs(5);
/// How long printed lines are gathered before their notes are removed together: under load that is one statement for
/// many, and a note may well stay a moment longer.
const GATHER: Duration = Duration::from_millis(100);
/// How many notes one statement removes at most.
const BATCH: usize = 500;

/// Where lines go; clones share it, and a line is never torn apart by another.
#[derive(Clone)]
pub struct Lines(Arc<Mutex<dyn Write + Send>>);

#[derive(Serialize)]
struct Line<'a> {
    audit: bool,
    #[serde(flatten)]
    entry: &'a Entry,
}

impl Lines {
    /// Lines into `output`.
    pub fn new(output: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(output)))
    }

    fn write(&self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { audit: true, entry })?;
        line.push(b'\n');
        let mut output = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(&line)?;
        output.flush()
    }
}

/// Printed lines whose notes are still there.
#[derive(Default)]
struct Printed {
    ids: Vec<EventId>,
    /// Whether a task is on its way to the table.
    underway: bool,
}

impl Printed {
    /// Whether the caller is the one to go to the table now.
    fn start(&mut self) -> bool {
        !self.ids.is_empty() && !std::mem::replace(&mut self.underway, true)
    }

    /// What to tell the table next; with `None` the way ends.
    fn next_batch(&mut self) -> Option<Vec<EventId>> {
        self.underway = !self.ids.is_empty();
        let rest = self.ids.len().saturating_sub(BATCH);
        self.underway.then(|| self.ids.split_off(rest))
    }

    /// Keeps what the table could not be told for the next line or the next sweep.
    fn put_back(&mut self, ids: Vec<EventId>) {
        self.ids.extend(ids);
        self.underway = false;
    }
}

/// Prints entries and remembers which of them the table does not know to be printed; clones share it.
#[derive(Clone)]
pub struct Trail(Arc<Inner>);

struct Inner {
    entries: Entries,
    lines: Lines,
    tasks: Tasks,
    database: Dependency,
    printed: Mutex<Printed>,
}

impl Trail {
    /// A trail that prints to `lines`.
    pub fn new(entries: Entries, lines: Lines, tasks: Tasks, database: Dependency) -> Self {
        Self(Arc::new(Inner { entries, lines, tasks, database, printed: Mutex::default() }))
    }

    /// Prints the line of an entry that this process has just stored or taken over. Should stdout fail, the note stays
    /// and the line is tried again later.
    pub fn print(&self, entry: &Entry) {
        if let Err(error) = self.0.lines.write(entry) {
            tracing::error!(%error, event_id = %entry.event_id, "a line of the trail was not printed");
            return;
        }
        self.printed().ids.push(entry.event_id);
        if self.printed().start() {
            self.0.tasks.spawn(self.clone().tell_table());
        }
    }

    /// Removes the notes of what is printed until none is left.
    async fn tell_table(self) {
        loop {
            sleep(GATHER).await;
            let next = self.printed().next_batch();
            let Some(ids) = next else { return };
            if let Err(error) = self.0.entries.printed(&ids).await {
                self.0.database.failed();
                tracing::warn!(%error, count = ids.len(), "printed lines still count as unprinted");
                return self.printed().put_back(ids);
            }
        }
    }

    /// Prints what other printers have left, at most 200 lines.
    pub async fn print_forgotten(&self) {
        if self.printed().start() {
            self.clone().tell_table().await;
        }
        if !self.printed().ids.is_empty() {
            // The table cannot be told, so it would only offer us our own lines again.
            return;
        }
        match self.0.entries.unprinted().await {
            Ok(entries) => {
                metrics::forgotten_lines(entries.len());
                entries.iter().for_each(|entry| self.print(entry));
            }
            Err(error) => {
                self.0.database.failed();
                tracing::warn!(%error, "forgotten lines could not be looked for");
            }
        }
    }

    fn printed(&self) -> std::sync::MutexGuard<'_, Printed> {
        self.0.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Prints forgotten lines every few seconds until `cancel`.
pub(crate) async fn sweep(trail: Trail, cancel: CancellationToken) {
    let mut ticks = interval_at(Instant::now() + SWEEP, SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while cancel.run_until_cancelled(ticks.tick()).await.is_some() {
        trail.print_forgotten().await;
    }
}
