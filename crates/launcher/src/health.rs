//! Waits until an application and its sidecar say that they are ready.

use std::time::Duration;

use tokio::time::{Instant, sleep};

const POLL: Duration = Duration::from_millis(15);
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Asks `url` until it answers 2xx; `false` when it does not before the deadline.
pub(crate) async fn wait(client: &reqwest::Client, url: &str, deadline: Instant) -> bool {
    loop {
        let answer = client.get(url).timeout(PROBE_TIMEOUT).send().await;
        if answer.is_ok_and(|response| response.status().is_success()) {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        sleep(POLL).await;
    }
}

/// Asks `url` until nobody answers; `false` when somebody still does at the deadline.
pub(crate) async fn wait_until_gone(
    client: &reqwest::Client,
    url: &str,
    deadline: Instant,
) -> bool {
    while client.get(url).timeout(PROBE_TIMEOUT).send().await.is_ok() {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(POLL).await;
    }
    true
}
