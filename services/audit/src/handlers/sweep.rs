//! Dead letters whose time has come, how many wait, and what has been kept for long enough.

use todo_dapr::SqlError;

use crate::{app::App, metrics};

/// Dead letters that one tick publishes again at most.
const REPLAYS: u32 = 200;
/// Rows that one statement deletes at most.
const AT_ONCE: u32 = 1_000;
/// Statements of one tick at most: what is left waits for the next.
const ROUNDS: usize = 50;

/// `POST /cron/audit-sweep`. Two replicas that sweep at once take different rows.
pub(crate) async fn sweep(app: App) -> Result<(), SqlError> {
    replay(&app).await?;
    metrics::open_letters(app.letters.open().await?);
    prune(&app).await
}

/// Publishes again what a consumer gave up on although it is well-formed.
async fn replay(app: &App) -> Result<(), SqlError> {
    for kept in app.letters.due(app.clock.now(), REPLAYS).await? {
        let letter = &kept.letter;
        if let Err(error) = app.replay.publish(letter).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, id = %letter.id.0, "a dead letter was not published again; later");
            break;
        }
        app.letters.replayed(&kept, app.clock.now()).await?;
        tracing::info!(
            id = %letter.id.0,
            source_topic = letter.source_topic,
            source_app = letter.source_app,
            event_id = letter.event_id,
            replays = kept.replays + 1,
            "dead letter published again"
        );
    }
    Ok(())
}

async fn prune(app: &App) -> Result<(), SqlError> {
    let horizon = app.retention.horizon(app.clock.now());
    for _ in 0..ROUNDS {
        let gone = app.entries.prune(horizon, AT_ONCE).await?;
        metrics::pruned(gone);
        if gone < u64::from(AT_ONCE) {
            break;
        }
    }
    // Few ever come, so a bite at each tick is plenty.
    metrics::forgotten_letters(app.letters.prune(horizon, AT_ONCE).await?);
    Ok(())
}
