//! The replicas of one application: who gets the next call.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::select_all;

use super::App;

/// All replicas of one application, at least one. Calls and jobs go to those that are ready, in turn.
pub(crate) struct Replicas {
    all: Vec<Arc<App>>,
    turn: AtomicUsize,
}

impl Replicas {
    /// `all` must not be empty.
    pub(crate) fn new(all: Vec<Arc<App>>) -> Self {
        Self { all, turn: AtomicUsize::new(0) }
    }

    /// Any of them, for what they have in common.
    pub(crate) fn any(&self) -> &App {
        &self.all[0]
    }

    /// By its position in the configuration.
    pub(crate) fn get(&self, replica: usize) -> Option<&Arc<App>> {
        self.all.get(replica)
    }

    /// Whether calls can reach anybody at all.
    pub(crate) fn is_callable(&self) -> bool {
        self.all.iter().any(|replica| replica.channel.is_some())
    }

    /// The next one that is ready; when none is, the next one.
    pub(crate) fn pick(&self) -> &Arc<App> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let in_turn = || self.all.iter().cycle().skip(first % self.all.len()).take(self.all.len());
        let ready = in_turn().find(|replica| replica.is_ready());
        ready.or_else(|| in_turn().next()).unwrap_or(&self.all[0])
    }

    /// The next one that is ready, as soon as one is.
    pub(crate) async fn pick_ready(&self) -> &Arc<App> {
        let ready = self.all.iter().map(|replica| Box::pin(replica.wait_until_ready()));
        select_all(ready).await;
        self.pick()
    }
}
