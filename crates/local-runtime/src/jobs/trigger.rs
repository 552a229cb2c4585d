//! One trigger of one job, from the callback to the plan of the next.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::store::{Job, JobStore, Planned};
use crate::{
    app::{App, Replicas},
    clock,
    postgres::PostgresError,
};

/// Characters of a job name that stay as they are in the callback's path.
const NAME: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b':');

enum Outcome {
    /// Handled, or the application has no such route, which counts as handled.
    Done,
    Failed(String),
    /// The application turned unhealthy; nothing is counted and the trigger waits for it.
    Undeliverable,
}

/// Calls the application and notes what follows. Returns when to fire next, or `None` when the job is over.
pub(super) async fn run(
    store: &JobStore,
    replicas: &Replicas,
    planned: &Planned,
) -> Option<DateTime<Utc>> {
    match attempt(store, replicas, planned).await {
        Ok(next) => next,
        Err(error) => {
            tracing::error!(app = planned.app_id, job = planned.name, %error, "job not settled, trying again");
            Some(clock::now() + TimeDelta::seconds(1))
        }
    }
}

async fn attempt(
    store: &JobStore,
    replicas: &Replicas,
    planned: &Planned,
) -> Result<Option<DateTime<Utc>>, PostgresError> {
    loop {
        let app = replicas.pick_ready().await;
        let _slot = app.job_slot().await;
        let Some(job) = store.job(planned).await? else { return Ok(None) };
        if job.at > clock::now() {
            // Planned anew since the table was read.
            return Ok(Some(job.at));
        }
        if job.expires.is_some_and(|expires| job.at > expires) {
            store.finish(planned).await?;
            return Ok(None);
        }
        let outcome = tokio::select! {
            outcome = call(app, &planned.name, &job) => outcome,
            () = app.wait_until_not_ready() => Outcome::Undeliverable,
        };
        match outcome {
            Outcome::Undeliverable => {}
            Outcome::Done => return conclude(store, planned, &job).await,
            Outcome::Failed(reason) => {
                tracing::warn!(
                    app = app.id,
                    job = planned.name,
                    attempt = job.attempts + 1,
                    reason,
                    "job failed"
                );
                let attempts = job.attempts + 1;
                let Some(at) = job.spec.retry(job.at, attempts) else {
                    return conclude(store, planned, &job).await;
                };
                store.replan(planned, at, job.fired, attempts).await?;
                return Ok(Some(at));
            }
        }
    }
}

/// The trigger is over, whether it worked or was given up.
async fn conclude(
    store: &JobStore,
    planned: &Planned,
    job: &Job,
) -> Result<Option<DateTime<Utc>>, PostgresError> {
    let fired = job.fired + 1;
    let next =
        job.spec.next(job.at, fired).filter(|next| job.expires.is_none_or(|end| *next <= end));
    match next {
        Some(at) => store.replan(planned, at, fired, 0).await?,
        None => store.finish(planned).await?,
    }
    Ok(next)
}

async fn call(app: &App, name: &str, job: &Job) -> Outcome {
    let Some(channel) = &app.channel else { return Outcome::Undeliverable };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let path = format!("/job/{}", utf8_percent_encode(name, &NAME));
    match channel.call(Method::POST, &path, headers, Bytes::from(job.spec.body())).await {
        Ok(answer) if answer.status.is_success() => Outcome::Done,
        Ok(answer) if answer.status.as_u16() == 404 => {
            tracing::warn!(app = app.id, job = name, "no route for the job, which counts as done");
            Outcome::Done
        }
        Ok(answer) => Outcome::Failed(format!("status {}", answer.status)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}
