//! Fires jobs when they are due.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    CreateError, JobSpec,
    store::{JobStore, Planned},
    trigger,
};
use crate::{
    app::Replicas,
    clock,
    postgres::{Pool, PostgresError},
};

/// What is due within this time waits in memory; the table is asked again well before it runs out.
const HORIZON: TimeDelta = TimeDelta::seconds(60);
const RELOAD: TimeDelta = TimeDelta::seconds(20);

/// All jobs of a runtime.
pub(crate) struct Jobs {
    store: JobStore,
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Default)]
struct Waiting {
    by_time: BTreeSet<Planned>,
    /// Triggers under way: the table still lists them as due.
    running: HashSet<(String, String, i64)>,
}

impl Jobs {
    /// Creates the table if need be. Nothing fires before [`Jobs::run`].
    pub(crate) async fn open(pool: Arc<Pool>) -> Result<Arc<Self>, PostgresError> {
        let store = JobStore::new(pool);
        store.migrate().await?;
        Ok(Arc::new(Self { store, waiting: Mutex::default(), wake: Notify::new() }))
    }

    /// Creates or, if the spec allows it, replaces a job.
    pub(crate) async fn create(
        &self,
        app_id: &str,
        name: &str,
        spec: &JobSpec,
    ) -> Result<(), CreateError> {
        let now = clock::now();
        let plan = spec.plan(name, now)?;
        let planned = self.store.create(app_id, name, spec, &plan).await?;
        self.await_if_soon(planned, now);
        Ok(())
    }

    /// The job's description for the API.
    pub(crate) async fn describe(
        &self,
        app_id: &str,
        name: &str,
    ) -> Result<Option<Value>, PostgresError> {
        Ok(self.store.spec(app_id, name).await?.map(|spec| spec.describe(name)))
    }

    /// Removes a job; an absent one counts as removed.
    pub(crate) async fn delete(&self, app_id: &str, name: &str) -> Result<(), PostgresError> {
        self.store.delete(app_id, name).await
    }

    fn await_if_soon(&self, planned: Planned, now: DateTime<Utc>) {
        if planned.at < now + HORIZON {
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).by_time.insert(planned);
            self.wake.notify_one();
        }
    }

    /// Fires jobs of `apps` until `stop`, each at one replica. What is under way then is abandoned, and fires again after the next start.
    pub(crate) async fn run(
        self: Arc<Self>,
        apps: HashMap<String, Arc<Replicas>>,
        stop: CancellationToken,
        tasks: TaskTracker,
    ) {
        let app_ids: Vec<String> = apps.keys().cloned().collect();
        let mut reload_at = clock::now();
        loop {
            let now = clock::now();
            if now >= reload_at {
                self.load(&app_ids, now).await;
                reload_at = now + RELOAD;
            }
            for planned in self.take_due(clock::now()) {
                if let Some(app) = apps.get(&planned.app_id) {
                    let (jobs, app, stop) = (Arc::clone(&self), Arc::clone(app), stop.clone());
                    tasks.spawn(async move {
                        tokio::select! {
                            () = jobs.fire(&app, planned) => {}
                            () = stop.cancelled() => {}
                        }
                    });
                }
            }
            let until = self.earliest().map_or(reload_at, |at| at.min(reload_at));
            let pause = (until - clock::now()).to_std().unwrap_or(Duration::ZERO);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.wake.notified() => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn load(&self, app_ids: &[String], now: DateTime<Utc>) {
        match self.store.planned(app_ids, now + HORIZON).await {
            Ok(planned) => {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let Waiting { by_time, running } = &mut *waiting;
                by_time
                    .extend(planned.into_iter().filter(|planned| !running.contains(&key(planned))));
            }
            Err(error) => tracing::error!(%error, "jobs not loaded"),
        }
    }

    fn take_due(&self, now: DateTime<Utc>) -> Vec<Planned> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        while waiting.by_time.first().is_some_and(|planned| planned.at <= now) {
            let Some(planned) = waiting.by_time.pop_first() else { break };
            if waiting.running.insert(key(&planned)) {
                due.push(planned);
            }
        }
        due
    }

    fn earliest(&self) -> Option<DateTime<Utc>> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.by_time.first().map(|planned| planned.at)
    }

    async fn fire(&self, app: &Replicas, planned: Planned) {
        let next = trigger::run(&self.store, app, &planned).await;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.running.remove(&key(&planned));
        drop(waiting);
        if let Some(at) = next {
            self.await_if_soon(Planned { at, ..planned }, clock::now());
        }
    }
}

fn key(planned: &Planned) -> (String, String, i64) {
    (planned.app_id.clone(), planned.name.clone(), planned.version)
}
