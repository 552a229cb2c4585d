//! A person who writes, and remembers what was acknowledged.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{journal::Journal, work::Kind};
use crate::{now, person::Person};

/// A task whose creation was acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) kind: Kind,
    /// Of a repeating one.
    pub(super) series: Option<String>,
    /// Whether its completion was acknowledged, too.
    pub(super) completed: bool,
}

/// Writes for one person.
pub(super) struct Writer {
    pub(super) person: Person,
    pub(super) journal: Arc<Journal>,
    /// Tells this run's titles and keys from those of others.
    run: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: usize,
    made: Vec<Made>,
    /// Places in `made` of those to be completed.
    waiting: VecDeque<usize>,
}

impl Writer {
    pub(super) fn new(person: Person, journal: Arc<Journal>, run: String) -> Self {
        Self { person, journal, run, state: Mutex::default() }
    }

    /// One write: completes a task that waits for it, else makes one.
    pub(super) async fn write(&self) {
        let waiting = self.state().waiting.pop_front();
        match waiting {
            Some(place) => self.complete(place).await,
            None => self.make().await,
        }
    }

    /// Everything that was acknowledged.
    pub(super) fn made(&self) -> Vec<Made> {
        self.state().made.clone()
    }

    /// Whether a task of that title is of this run.
    pub(super) fn is_ours(&self, title: &str) -> bool {
        title.strip_prefix(&self.prefix()).is_some()
    }

    fn prefix(&self) -> String {
        format!("smoke {} ", self.run)
    }

    async fn make(&self) {
        let number = {
            let mut state = self.state();
            state.next += 1;
            state.next - 1
        };
        let (kind, title) = (Kind::of(number), format!("{}{number}", self.prefix()));
        let request = self.person.add(&title, &kind.task(&title, now()));
        let Some(task) = self.journal.write("create a task", request).await else { return };
        let text = |field: &str| task[field].as_str().map(str::to_owned);
        let (id, series) = (text("id").unwrap_or_default(), text("series_id"));
        let mut state = self.state();
        state.made.push(Made { id, title, kind, series, completed: false });
        if kind == Kind::Repeating {
            let place = state.made.len() - 1;
            state.waiting.push_back(place);
        }
    }

    async fn complete(&self, place: usize) {
        let id = self.state().made[place].id.clone();
        let request = self.person.complete(&id);
        if self.journal.write("complete a task", request).await.is_some() {
            self.state().made[place].completed = true;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
