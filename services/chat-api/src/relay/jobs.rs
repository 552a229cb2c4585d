//! Jobs of the scheduler that outbox items ask for.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use todo_dapr::{Dapr, FailurePolicy, Job, JobTime};

use crate::store::{ItemKind, OutboxItem};

/// How the scheduler tries a callback again; the sweep catches what even that misses.
const FAILURE: FailurePolicy =
    FailurePolicy::Constant { interval: Duration::from_secs(1), max_retries: Some(30) };

#[derive(Deserialize)]
struct JobPayload {
    due: String,
    data: Value,
}

/// Schedules or cancels the job of an item; answers the item's place when that failed.
pub(super) async fn run_job(dapr: &Dapr, item: &OutboxItem) -> Option<u64> {
    let error = call(dapr, item).await.err()?;
    tracing::warn!(job = item.key, error = &*error, "job was not changed");
    Some(item.seq)
}

async fn call(
    dapr: &Dapr,
    item: &OutboxItem,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if item.kind == ItemKind::CancelJob {
        return Ok(dapr.delete_job(&item.key).await?);
    }
    let payload: JobPayload = serde_json::from_str(item.payload.get())?;
    let job = Job {
        name: item.key.clone(),
        time: JobTime::Once(payload.due),
        data: payload.data,
        failure: FAILURE,
        overwrite: true,
    };
    dapr.schedule_job(&job).await?;
    Ok(())
}
