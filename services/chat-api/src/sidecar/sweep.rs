//! What another replica left: items in the outbox, and tasks on their way to another zone.

use chrono::TimeDelta;

use crate::{App, metrics, store::StoreError};

/// Items that one statement takes over at most.
const AT_ONCE: u32 = 500;
/// Statements of one tick at most.
const ROUNDS: usize = 20;
/// Steps of moves to another zone in one tick at most: a second or two of work.
const ZONE_STEPS: usize = 5;
/// How long a request can be repeated under its idempotency key.
const KEY_LIFE: TimeDelta = TimeDelta::hours(24);
/// How long a deleted task can be brought back: as long as a conversation is remembered.
const DELETED_LIFE: TimeDelta = TimeDelta::days(30);

/// `POST /cron/outbox-sweep`.
pub(crate) async fn outbox(app: App) -> Result<(), StoreError> {
    let store = app.tasks.store();
    for _ in 0..ROUNDS {
        let items = store.claim_outbox(AT_ONCE).await?;
        let taken = items.len();
        metrics::swept(taken);
        app.tasks.relay().hand_over(items);
        if taken < AT_ONCE as usize {
            break;
        }
    }
    let age = store.outbox_age().await?;
    let now = app.tasks.clock().now();
    metrics::outbox(age, now);
    store.forget(now - KEY_LIFE, now - DELETED_LIFE).await?;
    app.tasks.follow_to_zones(None, ZONE_STEPS).await
}
