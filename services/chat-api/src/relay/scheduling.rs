//! The lane to the scheduler.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use todo_dapr::{Dapr, Error, FailurePolicy, Job, JobTime};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::lane::Lane;
use crate::{
    metrics,
    store::{ItemKind, OutboxItem},
};

/// How the scheduler tries a callback again; the sweep catches what even that misses.
const FAILURE: FailurePolicy =
    FailurePolicy::Constant { interval: Duration::from_secs(1), max_retries: Some(30) };
/// Calls of the scheduler at a time.
const CALLS: usize = 8;
/// Patience for one call. A sidecar whose scheduler is away lets a call wait for half a minute.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct Scheduling {
    lane: Lane,
    dapr: Dapr,
}

/// Why a job was not changed.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error("the scheduler is away")]
    Away,
    #[error("the item cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Refused(#[from] Error),
}

#[derive(Deserialize)]
struct JobPayload {
    due: String,
    data: Value,
}

impl Scheduling {
    pub(super) fn new(lane: Lane, dapr: Dapr) -> Self {
        Self { lane, dapr }
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        while let Some(items) = self.lane.next(&stop).await {
            let failed = self.carry_out(&items).await;
            self.lane.settle(&items, &failed);
        }
    }

    /// Schedules and cancels; answers the places of the items whose job was not changed. When one call has waited in
    /// vain, the others of the batch are left to the sweep without being tried.
    async fn carry_out(&self, items: &[OutboxItem]) -> HashSet<u64> {
        let away = AtomicBool::new(false);
        // Of several orders for one job the newest counts: many reminders of a moment are one job.
        let newest: HashMap<&str, &OutboxItem> =
            items.iter().map(|item| (item.key.as_str(), item)).collect();
        let jobs = newest.len();
        let mut calls = Vec::with_capacity(jobs);
        for item in newest.into_values() {
            calls.push(self.run_job(item, &away));
        }
        let failed: HashSet<&str> = stream::iter(calls)
            .buffer_unordered(CALLS)
            .filter_map(|failed| async move { failed })
            .collect()
            .await;
        metrics::jobs(jobs - failed.len(), failed.len());
        let failed: HashSet<u64> = items
            .iter()
            .filter(|item| failed.contains(item.key.as_str()))
            .map(|item| item.seq)
            .collect();
        if away.into_inner() {
            tracing::warn!(items = failed.len(), "the scheduler is away; the sweep tries again");
        }
        failed
    }

    /// Answers the job's name when it was not changed.
    async fn run_job<'a>(&self, item: &'a OutboxItem, away: &AtomicBool) -> Option<&'a str> {
        if away.load(Ordering::Relaxed) {
            return Some(&item.key);
        }
        match timeout(PATIENCE, self.call(item)).await.unwrap_or(Err(JobError::Away)) {
            Ok(()) => return None,
            Err(JobError::Away) => away.store(true, Ordering::Relaxed),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(job = item.key, error, "job was not changed");
            }
        }
        Some(&item.key)
    }

    async fn call(&self, item: &OutboxItem) -> Result<(), JobError> {
        if item.kind == ItemKind::CancelJob {
            return Ok(self.dapr.delete_job(&item.key).await?);
        }
        let payload: JobPayload = serde_json::from_str(item.payload.get())?;
        let job = Job {
            name: item.key.clone(),
            time: JobTime::Once(payload.due),
            data: payload.data,
            failure: FAILURE,
            overwrite: true,
        };
        self.dapr.schedule_job(&job).await?;
        Ok(())
    }
}
