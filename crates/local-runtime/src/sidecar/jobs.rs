//! `/v1.0/jobs/{name}`.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::{
    Sidecar,
    error::{ApiError, json_response},
    request::Call,
};
use crate::jobs::{CreateError, JobSpec, SpecError};

/// Creates a job. As in Dapr, nonsense is mostly a 500.
pub(super) async fn create(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let spec: JobSpec = call.json().await?;
    if spec.has_name() {
        return Err(ApiError::new(
            400,
            "DAPR_SCHEDULER_JOB_NAME",
            "Job name should not be in the body",
        ));
    }
    let app_id = &sidecar.app.id;
    match sidecar.shared.jobs.create(app_id, name, &spec).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error @ CreateError::Spec(SpecError::ScheduleEmpty)) => {
            Err(ApiError::new(400, "DAPR_SCHEDULER_SCHEDULE_EMPTY", error.to_string())
                .about("job", name, app_id))
        }
        Err(CreateError::Exists) => {
            let message = format!(
                "failed to schedule job due to: rpc error: code = AlreadyExists desc = job already exists: '{name}'"
            );
            Err(ApiError::new(409, "DAPR_SCHEDULER_SCHEDULE_JOB", message)
                .about("job", name, app_id))
        }
        Err(error) => {
            let message = format!("failed to schedule job due to: {error}");
            Err(ApiError::new(500, "DAPR_SCHEDULER_SCHEDULE_JOB", message)
                .about("job", name, app_id))
        }
    }
}

/// Describes a job; an absent one is a 500, as in Dapr.
pub(super) async fn get(sidecar: &Sidecar, name: &str) -> Result<Response, ApiError> {
    let found = sidecar.shared.jobs.describe(&sidecar.app.id, name).await;
    let failed = |reason: String| {
        let message = format!("failed to get job due to: {reason}");
        ApiError::new(500, "DAPR_SCHEDULER_GET_JOB", message).about("job", name, &sidecar.app.id)
    };
    let job = found.map_err(|e| failed(e.to_string()))?;
    let job = job.ok_or_else(|| failed(format!("job not found: {name}")))?;
    Ok(json_response(StatusCode::OK, job.to_string()))
}

/// Removes a job, whether it is there or not.
pub(super) async fn delete(sidecar: &Sidecar, name: &str) -> Result<Response, ApiError> {
    sidecar.shared.jobs.delete(&sidecar.app.id, name).await.map_err(|e| {
        let message = format!("failed to delete job due to: {e}");
        ApiError::new(500, "DAPR_SCHEDULER_DELETE_JOB", message)
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
