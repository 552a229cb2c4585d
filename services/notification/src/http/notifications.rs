//! `GET /internal/notifications?user_id=&since=`: what a client missed while it had no connection.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_events::{Channel, EventId, NotificationKind, TaskId, UserId};
use todo_service_kit::{
    Problem,
    extract::{Json, Query},
};

use super::unavailable;
use crate::{app::App, ledger::Told};

/// As many as anybody would want to see.
const AT_MOST: u32 = 50;

/// Whose, and after which instant; without one all that is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToldQuery {
    user_id: UserId,
    since: Option<DateTime<Utc>>,
}

/// The newest notifications, the oldest of them first.
#[derive(Debug, Serialize)]
pub(crate) struct ToldPage {
    notifications: Vec<Shown>,
    /// Where to ask from the next time: nothing lies between.
    until: DateTime<Utc>,
}

/// A notification with the fields of the frame that showed it, in words of today.
#[derive(Debug, Serialize)]
struct Shown {
    id: EventId,
    kind: NotificationKind,
    title: String,
    body: String,
    task_id: TaskId,
    late_by_ms: u64,
    timestamp: DateTime<Utc>,
}

pub(crate) async fn list_notifications(
    State(app): State<App>,
    Query(ToldQuery { user_id, since }): Query<ToldQuery>,
) -> Result<Json<ToldPage>, Problem> {
    let (told, until) = app.ledger.told(&user_id, since, AT_MOST).await.map_err(unavailable)?;
    let now = app.clock.now();
    let notifications = told.into_iter().map(|told| shown(told, &user_id, now)).collect();
    Ok(Json(ToldPage { notifications, until }))
}

fn shown(told: Told, user: &UserId, now: DateTime<Utc>) -> Shown {
    let at = told.settled_at.unwrap_or(now);
    let notification = told.story.notification(told.event_id, user.clone(), Channel::Push, at);
    Shown {
        id: notification.event_id,
        kind: notification.kind,
        body: told.story.body(notification.late_by_ms, now),
        title: notification.title,
        task_id: notification.task_id,
        late_by_ms: notification.late_by_ms,
        timestamp: at,
    }
}
