//! Jobs of the Dapr scheduler (API v1.0).

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Dapr, Error, client::segment};

/// When a job runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobTime {
    /// Once, at an RFC 3339 instant; a past one runs at once.
    Once(String),
    /// Repeatedly: six-field cron text with seconds first, or `@every 30s`.
    Schedule(String),
}

/// What the scheduler does when the callback fails. Dapr's own default gives up after about three seconds,
/// so it is never left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailurePolicy {
    /// Give up.
    Drop,
    /// Try again.
    Constant {
        /// Pause between tries.
        interval: Duration,
        /// Number of further tries; `None` for no end.
        max_retries: Option<u32>,
    },
}

/// A job to schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Private to the app; letters, digits and dashes.
    pub name: String,
    /// When it runs.
    pub time: JobTime,
    /// Comes back as the body of the callback; never empty, because 1.18.1 fails on a job without data.
    pub data: Value,
    /// What happens when the callback fails.
    pub failure: FailurePolicy,
    /// Replace a job of that name; otherwise it is kept and the call answers 409.
    pub overwrite: bool,
}

impl Dapr {
    /// Schedules a job (`POST /v1.0/jobs/{name}`). `Ok(false)` says that one of that name was there and was kept.
    ///
    /// # Errors
    /// When the scheduler did not take it; a 500 can also mean a name or time that it refuses.
    pub async fn schedule_job(&self, job: &Job) -> Result<bool, Error> {
        let mut body = json!({ "data": job.data, "overwrite": job.overwrite });
        match &job.time {
            JobTime::Once(at) => body["dueTime"] = Value::from(at.as_str()),
            JobTime::Schedule(schedule) => body["schedule"] = Value::from(schedule.as_str()),
        }
        body["failurePolicy"] = match job.failure {
            FailurePolicy::Drop => json!({ "drop": {} }),
            FailurePolicy::Constant { interval, max_retries } => {
                let mut policy = json!({ "interval": format!("{}s", interval.as_secs_f64()) });
                if let Some(max_retries) = max_retries {
                    policy["maxRetries"] = Value::from(max_retries);
                }
                json!({ "constant": policy })
            }
        };
        let path = format!("/v1.0/jobs/{}", segment(&job.name));
        match self.send("job schedule", self.request(Method::POST, &path).json(&body)).await {
            Ok(_) => Ok(true),
            Err(error) if error.status() == Some(409) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads a job as the scheduler holds it. A missing one is an error: Dapr answers 500.
    ///
    /// # Errors
    /// When there is none, or the scheduler cannot be asked.
    pub async fn get_job(&self, name: &str) -> Result<Value, Error> {
        const OPERATION: &str = "job get";
        let path = format!("/v1.0/jobs/{}", segment(name));
        let answer = self.send(OPERATION, self.request(Method::GET, &path)).await?;
        serde_json::from_slice(&answer.body).map_err(|e| Error::unreadable(OPERATION, e))
    }

    /// Cancels a job; one that is not there is fine.
    ///
    /// # Errors
    /// When the scheduler cannot be asked.
    pub async fn delete_job(&self, name: &str) -> Result<(), Error> {
        let path = format!("/v1.0/jobs/{}", segment(name));
        self.send("job delete", self.request(Method::DELETE, &path)).await.map(drop)
    }
}
