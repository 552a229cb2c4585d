//! `GET /internal/dead-letters`, `DELETE /internal/dead-letters/{id}` and `POST /internal/dead-letters/{id}/replay`, for
//! operators.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use todo_service_kit::{
    Problem,
    extract::{Json, Path, Query},
};

use super::unavailable;
use crate::{
    app::App,
    domain::{Bound, DeadLetter, DeadLetterId, Limit, Position},
    replay::ReplayError,
    store::{Kept, LetterState},
};

/// Which letters; without `state` those that wait for somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LettersQuery {
    #[serde(default)]
    state: LetterState,
    source_app: Option<String>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<Position>,
}

/// A page; `next_cursor` is there when older letters are.
#[derive(Debug, Serialize)]
pub(crate) struct LettersPage {
    dead_letters: Vec<Kept>,
    next_cursor: Option<Position>,
}

/// What was published where.
#[derive(Debug, Serialize)]
pub(crate) struct Replayed {
    id: DeadLetterId,
    topic: String,
    event_id: Option<String>,
}

pub(crate) async fn list_dead_letters(
    State(app): State<App>,
    Query(query): Query<LettersQuery>,
) -> Result<Json<LettersPage>, Problem> {
    let LettersQuery { state, source_app, limit, cursor } = query;
    let before = Bound::new(None, cursor);
    let rows = app.letters.list(state, source_app.as_deref(), &before, limit).await;
    let place = |kept: &Kept| Position { at: kept.first_seen, id: kept.letter.id.0 };
    let (dead_letters, next_cursor) = limit.cut(rows.map_err(unavailable)?, place);
    Ok(Json(LettersPage { dead_letters, next_cursor }))
}

/// Publishes first and notes it afterwards: a note that is lost leaves the letter open, and a second replay is harmless.
pub(crate) async fn replay_dead_letter(
    State(app): State<App>,
    Path(id): Path<DeadLetterId>,
) -> Result<Json<Replayed>, Problem> {
    let kept = app.letters.find(id).await.map_err(unavailable)?.ok_or_else(no_such_letter)?;
    app.replay.publish(&kept.letter).await.map_err(|error| match error {
        ReplayError::NotAnEvent => Problem::conflict("not_replayable", error.to_string()),
        ReplayError::Publish(_) => {
            Problem::unavailable("broker_unavailable", Duration::from_secs(1)).with_source(error)
        }
    })?;
    app.letters.replayed(&kept, app.clock.now()).await.map_err(unavailable)?;
    let DeadLetter { source_topic: topic, event_id, .. } = kept.letter;
    Ok(Json(Replayed { id, topic, event_id }))
}

/// For what can never be handled. The letter is in the answer and in the log: then it is gone.
pub(crate) async fn remove_dead_letter(
    State(app): State<App>,
    Path(id): Path<DeadLetterId>,
) -> Result<Json<Kept>, Problem> {
    let kept = app.letters.remove(id).await.map_err(unavailable)?.ok_or_else(no_such_letter)?;
    let letter = &kept.letter;
    tracing::warn!(
        id = %letter.id.0,
        dead_letter_topic = letter.dead_letter_topic,
        event_id = letter.event_id,
        reason = letter.reason,
        body = letter.body,
        "dead letter removed"
    );
    Ok(Json(kept))
}

fn no_such_letter() -> Problem {
    Problem::not_found("dead_letter_not_found", "there is no dead letter of this id")
}
