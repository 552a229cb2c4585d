//! `GET /api/{user_id}/audit`: the user's own part of the trail, which the audit service keeps.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use todo_dapr::Invocation;
use todo_events::{TaskId, UserId};
use todo_service_kit::{Owner, Problem, extract::Query};

use super::neighbour;
use crate::App;

/// Largest page.
const MAX_LIMIT: u16 = 200;
/// Longest cursor, in bytes.
const MAX_CURSOR: usize = 100;
/// Code of the problem when audit cannot be asked.
const AWAY: &str = "audit_unavailable";

/// Which entries: `from` is included, `to` is not.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParams {
    /// Only about this task.
    #[param(value_type = Option<uuid::Uuid>)]
    pub(crate) task_id: Option<TaskId>,
    /// At or after this instant.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub(crate) to: Option<DateTime<Utc>>,
    /// Page size, 1 to 200; 50 when left out.
    pub(crate) limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

impl AuditParams {
    /// The path and query of the invocation. Every value has been read, so none needs escaping.
    fn path(self, user: &UserId) -> Result<String, Problem> {
        let mut path = format!("internal/entries?user_id={user}");
        if let Some(task) = self.task_id {
            path.push_str(&format!("&task_id={task}"));
        }
        for (name, bound) in [("from", self.from), ("to", self.to)] {
            let Some(at) = bound else { continue };
            path.push_str(&neighbour::instant(name, at)?);
        }
        if let Some(limit) = self.limit {
            if !(1..=MAX_LIMIT).contains(&limit) {
                return Err(Problem::invalid_query().with_error("?limit", "must be 1 to 200"));
            }
            path.push_str(&format!("&limit={limit}"));
        }
        if let Some(cursor) = self.cursor {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
            if cursor.len() > MAX_CURSOR || !cursor.bytes().all(plain) {
                let rule = "must be next_cursor of an earlier answer";
                return Err(Problem::invalid_query().with_error("?cursor", rule));
            }
            path.push_str(&format!("&cursor={cursor}"));
        }
        Ok(path)
    }
}

/// `GET /api/{user_id}/audit`
pub(crate) async fn list_entries(
    State(app): State<App>,
    Owner(user): Owner,
    Query(params): Query<AuditParams>,
) -> Result<Response, Problem> {
    let path = params.path(&user)?;
    neighbour::ask(&app, Invocation::get(&app.config.audit, &path), AWAY).await
}

/// The same page, for the tools of agents.
pub(crate) async fn entries(
    app: &App,
    user: &UserId,
    params: AuditParams,
) -> Result<Value, Problem> {
    let path = params.path(user)?;
    neighbour::read(app, Invocation::get(&app.config.audit, &path), AWAY).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Result<String, Problem> {
        Query::<AuditParams>::from_text(text)?.path(&"zia".parse().unwrap())
    }

    #[test]
    fn the_question_is_always_about_the_caller() {
        assert_eq!(path("").unwrap(), "internal/entries?user_id=zia");
        assert_eq!(
            path("from=2026-11-22T14:00:00%2B02:00&limit=7&cursor=12.ab").unwrap(),
            "internal/entries?user_id=zia&from=2026-11-22T12:00:00Z&limit=7&cursor=12.ab",
        );
        for (bad, pointer) in [
            ("limit=0", "?limit"),
            ("limit=201", "?limit"),
            ("task_id=7", "?task_id"),
            ("from=x", "?from"),
            ("to=%2B99999-01-01T00:00:00Z", "?to"),
            ("cursor=a%26user_id%3Dother", "?cursor"),
            ("user_id=other", "?user_id"),
        ] {
            let problem = path(bad).expect_err(bad);
            assert_eq!(problem.status(), 400);
            assert_eq!(problem.errors()[0].pointer, pointer, "{bad}");
        }
    }
}
