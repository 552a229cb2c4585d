//! `/v1.0/jobs/{name}`.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use super::{
    Sidecar,
    error::{ApiError, json_response},
    request::Call,
};
use crate::jobs::{CreateError, JobSpec, SpecError};

/// The namespace of everything self-hosted.
const NAMESPACE: &str = "default";

/// Creates a job. As in Dapr, nonsense is mostly a 500.
pub(super) async fn create(
    sidecar: &Sidecar,
    call: &mut Call,
    name: &str,
) -> Result<Response, ApiError> {
    let spec: JobSpec = call.json().await?;
    let app_id = &sidecar.app.id;
    if spec.has_name() {
        let code = "DAPR_SCHEDULER_JOB_NAME";
        return Err(ApiError::new(400, code, "Set the job name in the url only")
            .because(code, json!({"appID": app_id})));
    }
    match sidecar.shared.jobs.create(app_id, name, &spec).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error @ CreateError::Spec(SpecError::ScheduleEmpty)) => {
            Err(refused(sidecar, 400, "DAPR_SCHEDULER_SCHEDULE_EMPTY", &error.to_string()))
        }
        Err(error @ CreateError::Spec(SpecError::NameEmpty)) => {
            Err(refused(sidecar, 400, "DAPR_SCHEDULER_JOB_NAME_EMPTY", &error.to_string()))
        }
        Err(error @ CreateError::Spec(SpecError::Malformed(_))) => Err(ApiError::malformed(error)),
        Err(CreateError::Exists) => {
            let message = format!(
                "failed to schedule job due to: rpc error: code = AlreadyExists desc = job already exists: \
                 'app||{NAMESPACE}||{app_id}||{name}'"
            );
            Err(refused(sidecar, 409, "DAPR_SCHEDULER_SCHEDULE_JOB", &message))
        }
        Err(error) => {
            let message = format!(
                "failed to schedule job due to: rpc error: code = Unknown desc = job failed validation: {error}"
            );
            Err(refused(sidecar, 500, "DAPR_SCHEDULER_SCHEDULE_JOB", &message))
        }
    }
}

fn refused(sidecar: &Sidecar, status: u16, code: &'static str, message: &str) -> ApiError {
    let metadata = json!({"appID": sidecar.app.id, "namespace": NAMESPACE});
    ApiError::new(status, code, message).because(code, metadata)
}

/// Describes a job; an absent one is a 500, as in Dapr.
pub(super) async fn get(sidecar: &Sidecar, name: &str) -> Result<Response, ApiError> {
    let found = sidecar.shared.jobs.describe(&sidecar.app.id, name).await;
    let failed = |reason: String| {
        let message = format!("failed to get job due to: {reason}");
        refused(sidecar, 500, "DAPR_SCHEDULER_GET_JOB", &message)
    };
    let job = found.map_err(|e| failed(e.to_string()))?;
    let job = job.ok_or_else(|| {
        failed(format!("rpc error: code = NotFound desc = job not found: {name}"))
    })?;
    Ok(json_response(StatusCode::OK, job.to_string()))
}

/// Removes a job, whether it is there or not.
pub(super) async fn delete(sidecar: &Sidecar, name: &str) -> Result<Response, ApiError> {
    sidecar.shared.jobs.delete(&sidecar.app.id, name).await.map_err(|e| {
        let message = format!("failed to delete job due to: {e}");
        refused(sidecar, 500, "DAPR_SCHEDULER_DELETE_JOB", &message)
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
