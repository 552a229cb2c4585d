//! Finding tasks: the list of REST, with its parameters as arguments.

use serde::Deserialize;
use serde_json::json;
use todo_events::UserId;
use todo_service_kit::Problem;

use super::{Arguments, Outcome, arguments::read, moment::Moment};
use crate::{
    App,
    domain::{StatusFilter, TagMatch},
    http::{ListParams, store_problem},
};

/// Page size when none is given: what an agent reads, it pays for.
pub(super) const USUAL_LIMIT: u32 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Filters {
    status: Option<StatusFilter>,
    priority: Vec<String>,
    tags: Vec<String>,
    tag_match: Option<TagMatch>,
    project: Option<String>,
    due_from: Option<Moment>,
    due_to: Option<Moment>,
    created_from: Option<Moment>,
    created_to: Option<Moment>,
    overdue: Option<bool>,
    search: Option<String>,
    sort: Vec<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

pub(super) async fn list(
    app: &App,
    user: &UserId,
    arguments: Arguments,
) -> Result<Outcome, Problem> {
    let filters: Filters = read(arguments)?;
    let params = filters.into_params(app, user).await?;
    let query = params.into_query(user, app.tasks.clock().now()).map_err(renamed)?;
    let page = app.tasks.list(user, &query).await.map_err(store_problem)?;
    let json = json!({ "tasks": page.tasks, "next_cursor": page.next_cursor });
    Ok(Outcome { tasks: page.tasks, changed: false, json })
}

impl Filters {
    async fn into_params(self, app: &App, user: &UserId) -> Result<ListParams, Problem> {
        let bounds = [self.due_from, self.due_to, self.created_from, self.created_to];
        let bounds = resolve(app, user, bounds).await?;
        let [due_from, due_to, created_from, created_to] = bounds;
        let joined = |list: Vec<String>| (!list.is_empty()).then(|| list.join(","));
        Ok(ListParams {
            status: self.status,
            priority: joined(self.priority),
            tag: self.tags,
            tags: self.tag_match,
            project: self.project,
            due_from,
            due_to,
            created_from,
            created_to,
            q: self.search,
            overdue: self.overdue,
            sort: joined(self.sort),
            limit: Some(self.limit.unwrap_or(USUAL_LIMIT)),
            cursor: self.cursor,
        })
    }
}

/// Instants of bounds; only a day has the settings read for the user's zone.
pub(super) async fn resolve<const N: usize>(
    app: &App,
    user: &UserId,
    bounds: [Option<Moment>; N],
) -> Result<[Option<chrono::DateTime<chrono::Utc>>; N], Problem> {
    let zone = if bounds.iter().flatten().any(|bound| bound.is_day()) {
        app.tasks.settings(user).await.map_err(store_problem)?.zone
    } else {
        todo_recurrence::Zone::utc()
    };
    Ok(bounds.map(|bound| bound.map(|bound| bound.instant(&zone))))
}

/// The parameters of REST under the names of the arguments.
pub(super) fn renamed(problem: Problem) -> Problem {
    let refused = Problem::unprocessable(problem.code().to_owned(), "an argument breaks a rule");
    problem.errors().iter().fold(refused, |refused, error| {
        let name = match error.pointer.trim_start_matches('?') {
            "q" => "search",
            "tag" => "tags",
            "tags" => "tag_match",
            other => other,
        };
        refused.with_error(format!("#/{name}"), error.detail.clone())
    })
}
