//! Entries and dead letters that have been kept for long enough.

use todo_dapr::SqlError;

use crate::{app::App, metrics};

/// Rows that one statement deletes at most.
const AT_ONCE: u32 = 1_000;
/// Statements of one tick at most: what is left waits for the next.
const ROUNDS: usize = 50;

/// `POST /cron/audit-sweep`. Two replicas that sweep at once take different rows.
pub(crate) async fn prune(app: App) -> Result<(), SqlError> {
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
