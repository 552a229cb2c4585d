//! Waiting for a condition.

use std::{fmt::Display, time::Duration};

use tokio::time::{Instant, sleep};

/// How long anything may take on a busy machine.
pub const LONG: Duration = Duration::from_secs(90);

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none for [`LONG`].
pub async fn eventually<T, F>(what: impl Display, ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    within(LONG, what, ask).await
}

/// The same for what may take longer, such as a sweep that comes once a minute. What it waits for is told at the end, so it
/// may say what was seen last.
///
/// # Panics
/// When there is no answer in time.
pub async fn within<T, F>(limit: Duration, what: impl Display, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(Duration::from_millis(40)).await;
    }
}
