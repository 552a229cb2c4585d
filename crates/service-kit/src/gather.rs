//! Chores that may wait a moment, done together: under load one call settles many.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::sleep;

use crate::Tasks;

/// Does chores together.
pub trait Sink<T>: Send + Sync + 'static {
    /// Does what was gathered, in the order in which it was added. What fails is the sink's to tell: it does not come again.
    fn settle(&self, chores: Vec<T>) -> impl Future<Output = ()> + Send;
}

/// Gathers chores and hands them to a [`Sink`] a moment later; clones share it. An orderly stop waits for what was gathered,
/// a death of the process loses it: it is for chores that somebody else does then, such as the sweep behind a lease.
pub struct Gather<T, S>(Arc<Inner<T, S>>);

struct Inner<T, S> {
    sink: S,
    tasks: Tasks,
    pause: Duration,
    waiting: Mutex<Waiting<T>>,
}

struct Waiting<T> {
    chores: Vec<T>,
    /// Whether a task is there to take them.
    underway: bool,
}

impl<T: Send + 'static, S: Sink<T>> Gather<T, S> {
    /// Gathers for `pause` before each call of the sink; for no time, only while a call is under way.
    pub fn new(sink: S, pause: Duration, tasks: Tasks) -> Self {
        let waiting = Mutex::new(Waiting { chores: Vec::new(), underway: false });
        Self(Arc::new(Inner { sink, tasks, pause, waiting }))
    }

    /// Adds chores; never waits.
    pub fn add(&self, chores: impl IntoIterator<Item = T>) {
        let mut waiting = self.0.waiting();
        waiting.chores.extend(chores);
        let begins = !waiting.chores.is_empty() && !std::mem::replace(&mut waiting.underway, true);
        drop(waiting);
        if begins {
            let inner = Arc::clone(&self.0);
            self.0.tasks.spawn(async move { inner.work().await });
        }
    }
}

impl<T: Send + 'static, S: Sink<T>> Inner<T, S> {
    /// Works until nothing waits.
    async fn work(&self) {
        let _underway = Underway(&self.waiting);
        loop {
            if !self.pause.is_zero() {
                sleep(self.pause).await;
            }
            let Some(chores) = self.take() else { return };
            self.sink.settle(chores).await;
        }
    }

    fn take(&self) -> Option<Vec<T>> {
        let mut waiting = self.waiting();
        let chores = std::mem::take(&mut waiting.chores);
        waiting.underway = !chores.is_empty();
        waiting.underway.then_some(chores)
    }
}

/// A sink that panics must not leave those behind it to a task that is gone.
struct Underway<'a, T>(&'a Mutex<Waiting<T>>);

impl<T> Drop for Underway<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).underway = false;
        }
    }
}

impl<T, S> Inner<T, S> {
    fn waiting(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, S> Clone for Gather<T, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T, S> std::fmt::Debug for Gather<T, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let waiting = self.0.waiting();
        let (chores, underway) = (waiting.chores.len(), waiting.underway);
        f.debug_struct("Gather").field("chores", &chores).field("underway", &underway).finish()
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    use super::*;

    struct Calls(mpsc::UnboundedSender<Vec<u32>>);

    impl Sink<u32> for Calls {
        async fn settle(&self, chores: Vec<u32>) {
            self.0.send(chores).unwrap();
        }
    }

    fn gather() -> (Gather<u32, Calls>, mpsc::UnboundedReceiver<Vec<u32>>, Tasks) {
        let (calls, heard) = mpsc::unbounded_channel();
        let tasks = Tasks::unsupervised(CancellationToken::new());
        (Gather::new(Calls(calls), Duration::from_millis(100), tasks.clone()), heard, tasks)
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_within_a_moment_is_settled_together() {
        let (gather, mut heard, _tasks) = gather();
        gather.add([1]);
        gather.add([2, 3]);
        assert_eq!(heard.recv().await, Some(vec![1, 2, 3]));
        gather.add([4]);
        assert_eq!(heard.recv().await, Some(vec![4]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_waits_for_what_was_gathered() {
        let (gather, mut heard, tasks) = gather();
        gather.add([1]);
        tasks.finished().await;
        assert_eq!(heard.try_recv(), Ok(vec![1]));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_costs_nothing() {
        let (gather, mut heard, tasks) = gather();
        gather.add([]);
        tasks.finished().await;
        assert!(heard.try_recv().is_err());
    }
}
