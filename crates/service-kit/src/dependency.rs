//! Something that events cannot be handled without, such as the consumer's database.
//!
//! While it is away every delivery fails and is tried again. The process says so on `/healthz` and `/readyz`: a sidecar that
//! starts meanwhile begins no deliveries, and who looks after the service sees whose fault it is.
//!
//! Nothing is asked while all goes well. A handler that fails reports it; only when the probe fails as well is the
//! dependency away, so that one event that always fails does not stop the others.

use std::{future::Future, sync::Arc, time::Duration};

use todo_dapr::Sql;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{Health, Kit, telemetry};

/// Between two probes of what is away.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest wait for one probe: what answers later than this is no use to a delivery either.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where handlers report that a dependency failed them; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Dependency(Arc<Notify>);

impl Dependency {
    /// Says that work failed, perhaps because the dependency is away. Costs nothing while it is being looked after.
    pub fn failed(&self) {
        self.0.notify_one();
    }
}

impl Kit {
    /// Looks after the database that this service's events are stored in.
    pub fn depends_on_database(&self, sql: &Sql) -> Dependency {
        let sql = sql.clone();
        self.depends_on("database", move || {
            let sql = sql.clone();
            async move { sql.answers().await }
        })
    }

    /// Looks after something that events cannot be handled without; `probe` says whether it is there.
    pub fn depends_on<P, F>(&self, name: &'static str, probe: P) -> Dependency
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = bool> + Send,
    {
        let dependency = Dependency::default();
        let (reports, health, stop) =
            (dependency.clone(), self.health.clone(), self.cancel.clone());
        self.tasks.supervise(name, async move {
            stop.run_until_cancelled(look_after(name, &reports, &health, probe)).await;
        });
        dependency
    }
}

async fn look_after<P, F>(name: &'static str, reports: &Dependency, health: &Health, probe: P)
where
    P: Fn() -> F,
    F: Future<Output = bool>,
{
    telemetry::dependency(name, true);
    let is_there = async || timeout(PATIENCE, probe()).await.unwrap_or(false);
    loop {
        reports.0.notified().await;
        if is_there().await {
            continue;
        }
        health.suspend(true);
        telemetry::dependency(name, false);
        tracing::warn!(name, "cannot be reached; deliveries fail and are tried again");
        while !is_there().await {
            sleep(PAUSE).await;
        }
        health.suspend(false);
        telemetry::dependency(name, true);
        tracing::info!(name, "can be reached again");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;
    use crate::Stage;

    #[tokio::test(start_paused = true)]
    async fn a_failure_that_the_probe_confirms_suspends_until_it_is_over() {
        let health = Health::default();
        health.enter(Stage::Ready);
        let (reports, there) = (Dependency::default(), Arc::new(AtomicBool::new(true)));
        let probes = Arc::new(AtomicUsize::new(0));
        let (asked, state) = (Arc::clone(&probes), Arc::clone(&there));
        let probe = move || {
            asked.fetch_add(1, Ordering::Relaxed);
            let there = state.load(Ordering::Relaxed);
            async move { there }
        };
        let (watched, heard) = (health.clone(), reports.clone());
        let watch =
            tokio::spawn(async move { look_after("a database", &heard, &watched, probe).await });

        sleep(Duration::from_secs(60)).await;
        assert_eq!(probes.load(Ordering::Relaxed), 0, "nothing is asked while all goes well");
        reports.failed();
        sleep(Duration::from_secs(1)).await;
        assert_eq!((probes.load(Ordering::Relaxed), health.is_suspended()), (1, false));

        there.store(false, Ordering::Relaxed);
        reports.failed();
        sleep(Duration::from_secs(60)).await;
        assert!(health.is_suspended());
        there.store(true, Ordering::Relaxed);
        sleep(Duration::from_secs(1)).await;
        assert!(!health.is_suspended());
        watch.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_without_an_answer_is_a_failure() {
        let (health, reports) = (Health::default(), Dependency::default());
        let (watched, heard) = (health.clone(), reports.clone());
        let watch = tokio::spawn(async move {
            look_after("a database", &heard, &watched, std::future::pending::<bool>).await;
        });
        reports.failed();
        sleep(PATIENCE * 2).await;
        assert!(health.is_suspended());
        watch.abort();
    }
}
