//! Removes records nobody needs any more, a bounded number at a time.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::storage::Storage;
use crate::clock;

/// Records all groups have passed stay this long, for a look at what happened.
const PASSED: chrono::TimeDelta = chrono::TimeDelta::minutes(30);

/// Records some group has not passed, or that no group reads.
const UNREAD: chrono::TimeDelta = chrono::TimeDelta::days(7);

/// Between two looks; and between two bites while there is more to remove.
const INTERVAL: Duration = Duration::from_secs(60);
const BITE_PAUSE: Duration = Duration::from_millis(200);

/// Cleans until `stop`.
pub(super) async fn run(storage: Storage, stop: CancellationToken) {
    let mut pause = INTERVAL;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        let now = clock::now();
        let cleaned = storage
            .clean((now - PASSED).timestamp_millis(), (now - UNREAD).timestamp_millis())
            .await;
        pause = match cleaned {
            Ok(0) => INTERVAL,
            Ok(removed) => {
                tracing::debug!(removed, "old records removed");
                BITE_PAUSE
            }
            Err(error) => {
                tracing::warn!(%error, "old records not removed");
                INTERVAL
            }
        };
    }
}
