//! `GET /internal/entries`: a user's part of the trail, newest first.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_events::{TaskId, UserId};
use todo_service_kit::{
    Problem,
    extract::{Json, Query},
};

use super::unavailable;
use crate::{
    app::App,
    domain::{Bound, Entry, Limit, Position},
};

/// Which entries: `from` is included, `to` is not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntriesQuery {
    user_id: UserId,
    task_id: Option<TaskId>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Position>,
}

/// A page; `next_cursor` is there when older entries are.
#[derive(Debug, Serialize)]
pub(crate) struct EntriesPage {
    entries: Vec<Entry>,
    next_cursor: Option<Position>,
}

pub(crate) async fn list_entries(
    State(app): State<App>,
    Query(query): Query<EntriesQuery>,
) -> Result<Json<EntriesPage>, Problem> {
    let EntriesQuery { user_id, task_id, from, to, limit, cursor } = query;
    let before = Bound::new(to, cursor);
    let rows = app.entries.list(&user_id, task_id, from, &before, limit).await;
    let place = |entry: &Entry| Position { at: entry.time, id: entry.event_id.as_uuid() };
    let (entries, next_cursor) = limit.cut(rows.map_err(unavailable)?, place);
    Ok(Json(EntriesPage { entries, next_cursor }))
}
