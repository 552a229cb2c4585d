//! From errors of the domain and the store to problems: the one place where they get a status.

use std::time::Duration;

use todo_dapr::SqlError;
use todo_service_kit::Problem;

use crate::{
    domain::Faults,
    store::{StoreError, TaskDocument},
};

use super::preconditions::etag;

/// When a database that is away is worth asking again.
const PAUSE: Duration = Duration::from_secs(1);

/// What the caller is told when the store could not do it.
pub(crate) fn store_problem(error: StoreError) -> Problem {
    match error {
        StoreError::Invalid(faults) => faults_problem(faults),
        StoreError::Database(error @ SqlError::Unreadable { .. }) => Problem::internal(error),
        StoreError::Database(error) => {
            Problem::unavailable("database_unavailable", PAUSE).with_source(error)
        }
        StoreError::Unreadable(error) => Problem::internal(error),
        error @ StoreError::Unsettled => {
            Problem::unavailable("settings_changing", PAUSE).with_source(error)
        }
    }
}

/// 422: fields of the body break rules.
pub(crate) fn faults_problem(faults: Faults) -> Problem {
    let problem = Problem::unprocessable("invalid_task", "the body breaks a rule");
    faults.0.into_iter().fold(problem, |problem, fault| {
        problem.with_error(format!("#{}", fault.pointer), fault.detail)
    })
}

/// 422 for one field.
pub(super) fn fault_problem(pointer: &str, detail: &str) -> Problem {
    let mut faults = Faults::default();
    faults.add(pointer, detail);
    faults_problem(faults)
}

/// 404: this user has no such task.
pub(crate) fn no_such_task() -> Problem {
    Problem::not_found("task_not_found", "you have no task of that name")
}

/// 412 with the revision that the task is at.
pub(super) fn revision_problem(current: &TaskDocument) -> Problem {
    let problem = Problem::precondition_failed(
        "revision_mismatch",
        "the task was changed since you read it; read it again",
    );
    match current.head().map(|(_, _, revision)| etag(revision)) {
        Ok(tag) => problem.with_header(axum::http::header::ETAG, tag),
        Err(error) => Problem::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_with_a_fragment_pointer() {
        let mut faults = Faults::default();
        faults.add("/title", "must not be empty");
        faults.add("/tags/3", "must not be empty");
        let problem = store_problem(StoreError::Invalid(faults));
        assert_eq!((problem.status().as_u16(), problem.code()), (422, "invalid_task"));
        let pointers: Vec<_> = problem.errors().iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/title", "#/tags/3"]);
    }

    #[test]
    fn a_database_that_is_away_is_a_503_and_a_broken_answer_a_500() {
        let away = StoreError::Database(SqlError::NoEndMark { statement: "x" });
        assert_eq!(store_problem(away).status(), 503);
        let source = serde_json::from_str::<u8>("x").unwrap_err();
        assert_eq!(store_problem(StoreError::Unreadable(source)).status(), 500);
    }
}
