//! Picks up what was left: by a process that died, by a broker that was away, by a mute that is over.

use std::time::Duration;

use todo_dapr::SqlError;
use todo_events::Channel;

use crate::{app::App, metrics};

const LEASE: Duration = Duration::from_secs(30);
/// Rows of one bulk publish.
const BATCH: u32 = 200;
/// Batches of one tick; what is left waits for the next one, on whichever replica.
const ROUNDS: usize = 20;

/// Tells what is left by push, wakes the couriers, and forgets old rows.
pub(crate) async fn sweep(app: App) -> Result<(), SqlError> {
    pick_up(&app).await.inspect_err(|_| app.database.failed())
}

async fn pick_up(app: &App) -> Result<(), SqlError> {
    app.email.wake();
    app.webhook.wake();
    for _ in 0..ROUNDS {
        let rows = app.ledger.take(&[Channel::Push], LEASE, BATCH).await?;
        if rows.is_empty() {
            break;
        }
        tracing::info!(rows = rows.len(), "telling what was left");
        app.push.tell_now(&rows).await;
    }
    metrics::pruned(app.ledger.prune().await?);
    Ok(())
}
