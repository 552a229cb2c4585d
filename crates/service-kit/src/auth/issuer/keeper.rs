//! The one who asks the issuer.

use std::{
    error::Error,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use todo_dapr::{Dapr, Invocation};
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};

use super::IssuerConfig;
use crate::{
    auth::{KeyError, KeySet, Verifier},
    telemetry,
};

/// What metrics call the issuer.
const DEPENDENCY: &str = "issuer";
/// Longest wait for the keys, less than a service has to end in.
const PATIENCE: Duration = Duration::from_secs(3);
/// Least time between keys that came and the next question, whatever tokens are sent.
const PAUSE: Duration = Duration::from_secs(3);
/// Between two attempts while the issuer is away.
const PAUSE_WHILE_AWAY: Duration = Duration::from_secs(5);

/// Attempts to read the keys.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attempts {
    /// How many have begun.
    pub(super) begun: u64,
    /// How many have ended.
    pub(super) ended: u64,
    /// Whether the newest had no answer.
    pub(super) away: bool,
}

/// Reads the keys without an end: when they are old, or `wanted`, but not at every moment. `renew` says whether they came.
pub(super) async fn keep<R, F>(
    attempts: watch::Sender<Attempts>,
    wanted: &Notify,
    refresh: Duration,
    renew: R,
) where
    R: Fn() -> F,
    F: Future<Output = bool>,
{
    loop {
        attempts.send_modify(|attempts| attempts.begun += 1);
        let came = renew().await;
        attempts.send_modify(|attempts| {
            attempts.ended = attempts.begun;
            attempts.away = !came;
        });
        if came {
            sleep(PAUSE).await;
            // Old or wanted, both are a reason.
            let _ = timeout(refresh.saturating_sub(PAUSE), wanted.notified()).await;
        } else {
            sleep(PAUSE_WHILE_AWAY).await;
        }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
enum AwayError {
    #[error("no answer within {} s", PATIENCE.as_secs())]
    TooLate,
    #[error(transparent)]
    Sidecar(#[from] todo_dapr::Error),
    #[error("it answered {0}")]
    Status(u16),
    #[error(transparent)]
    Unreadable(KeyError),
}

/// Hands an issuer's keys to a verifier.
pub(super) struct Keeper {
    dapr: Dapr,
    config: IssuerConfig,
    /// What signs beside it.
    own: KeySet,
    verifier: Verifier,
    /// What was logged last, so that it is not logged again and again.
    said: Mutex<String>,
}

impl Keeper {
    pub(super) fn new(dapr: Dapr, config: IssuerConfig, own: KeySet, verifier: Verifier) -> Self {
        Self { dapr, config, own, verifier, said: Mutex::default() }
    }

    /// Reads the keys once; whether the issuer has answered with a key set.
    pub(super) async fn renew(&self) -> bool {
        let read = timeout(PATIENCE, self.read()).await.unwrap_or(Err(AwayError::TooLate));
        let keys = read.and_then(|json| match self.own.clone().with_jwks(&json) {
            // All are withdrawn, or of a kind that does not count: whatever was known is good for nothing now.
            Err(KeyError::NoUsableKey) => Ok((self.own.clone(), false)),
            Err(error) => Err(AwayError::Unreadable(error)),
            Ok(keys) => Ok((keys, true)),
        });
        telemetry::dependency(DEPENDENCY, matches!(keys, Ok((_, true))));
        match keys {
            Ok((keys, usable)) => {
                if self.is_news(format!("{keys:?}")) {
                    if usable {
                        tracing::info!(?keys, "the issuer's keys are known");
                    } else {
                        tracing::warn!("the issuer publishes no key that counts here");
                    }
                }
                self.verifier.set_keys(keys);
                true
            }
            Err(error) => {
                if self.is_news(error.to_string()) {
                    let error = &error as &dyn Error;
                    tracing::warn!(error, "the issuer's keys cannot be read; known ones stay good");
                }
                false
            }
        }
    }

    async fn read(&self) -> Result<bytes::Bytes, AwayError> {
        let IssuerConfig { endpoint, path, .. } = &self.config;
        let reply = self.dapr.invoke(Invocation::get(endpoint, path)).await?;
        reply.is_success().then_some(reply.body).ok_or(AwayError::Status(reply.status))
    }

    fn is_news(&self, text: String) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *said != text;
        *said = text;
        news
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    };

    use super::*;

    const REFRESH: Duration = Duration::from_secs(300);

    /// An issuer that is looked after, and whoever wants its keys.
    struct Stage {
        wanted: Arc<Notify>,
        attempts: watch::Receiver<Attempts>,
        there: Arc<AtomicBool>,
        asked: Arc<AtomicU64>,
        task: tokio::task::JoinHandle<()>,
    }

    impl Stage {
        fn open() -> Self {
            let (sender, attempts) = watch::channel(Attempts::default());
            let (wanted, asked) = (Arc::<Notify>::default(), Arc::<AtomicU64>::default());
            let there = Arc::new(AtomicBool::new(true));
            let (heard, counted, state) =
                (Arc::clone(&wanted), Arc::clone(&asked), Arc::clone(&there));
            let renew = move || {
                counted.fetch_add(1, Ordering::Relaxed);
                let there = state.load(Ordering::Relaxed);
                async move { there }
            };
            let task = tokio::spawn(async move { keep(sender, &heard, REFRESH, renew).await });
            Self { wanted, attempts, there, asked, task }
        }

        /// How often the issuer is asked in some seconds in which somebody wants keys ten times a second, or nobody.
        async fn asked_in(&self, seconds: u64, somebody: bool) -> u64 {
            let before = self.asked.load(Ordering::Relaxed);
            for _ in 0..seconds * 10 {
                if somebody {
                    self.wanted.notify_one();
                }
                sleep(Duration::from_millis(100)).await;
            }
            self.asked.load(Ordering::Relaxed) - before
        }
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_read_when_they_are_old_or_wanted_but_not_at_every_moment() {
        let stage = Stage::open();
        assert_eq!(stage.asked_in(299, false).await, 1, "at the start");
        assert_eq!(stage.asked_in(300, false).await, 1, "when they are old");
        let often = stage.asked_in(30, true).await;
        assert!((9..=11).contains(&often), "{often} times in 30 s");
        stage.there.store(false, Ordering::Relaxed);
        stage.asked_in(10, true).await;
        assert!(stage.attempts.borrow().away);
        let away = stage.asked_in(50, true).await;
        assert!((9..=11).contains(&away), "{away} times in 50 s");
        stage.there.store(true, Ordering::Relaxed);
        stage.asked_in(5, false).await;
        let Attempts { begun, ended, away } = *stage.attempts.borrow();
        assert_eq!((begun, away), (ended, false));
        stage.task.abort();
    }
}
