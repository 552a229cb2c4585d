//! How a policy wraps a call: a timeout for each attempt, inside a circuit breaker, inside a retry.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    Retry,
    breaker::{Breaker, Refused},
    retry::Attempts,
};

/// What wraps one kind of call. Clones share the breaker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Arc<Retry>>,
    pub(crate) breaker: Option<Arc<Breaker>>,
}

/// What a policy needs to know of an error.
pub(crate) trait Repeatable {
    /// Whether another attempt can help.
    fn repeat(&self) -> Repeat;
}

/// Whether another attempt can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// If the retry's list of status codes, when it has one, names this one.
    IfListed(u16),
    /// Always.
    Yes,
    Never,
}

/// Why a call under a policy failed.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    /// In its own words.
    Own(E),
    Timeout,
    /// It was not made: the breaker is open.
    Refused(Refused),
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(error) => error.fmt(f),
            Self::Timeout => f.write_str("context deadline exceeded"),
            Self::Refused(refused) => refused.fmt(f),
        }
    }
}

/// A call on its way through a policy.
pub(crate) struct Run<'a> {
    policy: &'a Policy,
    attempts: Option<Attempts<'a>>,
}

impl Policy {
    /// Begins a call, for callers that do something between the attempts.
    pub(crate) fn begin(&self) -> Run<'_> {
        Run { policy: self, attempts: self.retry.as_deref().map(Retry::attempts) }
    }

    /// Makes a call as often as the policy says.
    pub(crate) async fn run<T, E: Repeatable, F: Future<Output = Result<T, E>>>(
        &self,
        mut call: impl FnMut() -> F,
    ) -> Result<T, Failure<E>> {
        let mut run = self.begin();
        loop {
            let failure = match run.attempt(call()).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            match run.pause_after(&failure) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(failure),
            }
        }
    }
}

impl Run<'_> {
    /// One attempt. A timeout drops the call where it is.
    pub(crate) async fn attempt<T, E>(
        &self,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure<E>> {
        let admission = match &self.policy.breaker {
            Some(breaker) => Some(breaker.admit().map_err(Failure::Refused)?),
            None => None,
        };
        let result = match self.policy.timeout {
            None => call.await.map_err(Failure::Own),
            Some(timeout) => match tokio::time::timeout(timeout, call).await {
                Ok(done) => done.map_err(Failure::Own),
                Err(_) => Err(Failure::Timeout),
            },
        };
        if let Some(admission) = admission {
            admission.finish(result.is_ok());
        }
        result
    }

    /// The pause before the next attempt; `None` when this failure is final.
    pub(crate) fn pause_after<E: Repeatable>(&mut self, failure: &Failure<E>) -> Option<Duration> {
        let repeat = match failure {
            Failure::Own(error) => error.repeat(),
            Failure::Timeout => Repeat::Yes,
            Failure::Refused(_) => Repeat::Never,
        };
        let retry = self.policy.retry.as_deref()?;
        let again = match repeat {
            Repeat::IfListed(status) => retry.lists(status),
            Repeat::Yes => true,
            Repeat::Never => false,
        };
        self.attempts.as_mut().filter(|_| again)?.pause(random())
    }
}

/// A number in 0..1, to spread retries.
fn random() -> f64 {
    let (_, low) = uuid::Uuid::new_v4().as_u64_pair();
    f64::from(u32::try_from(low & 0xffff_ffff).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::resiliency::BreakerTemplate;

    struct Status(u16);

    impl Repeatable for Status {
        fn repeat(&self) -> Repeat {
            Repeat::IfListed(self.0)
        }
    }

    fn policy(retry: &str, breaker: Option<&str>) -> Policy {
        let retry = Retry::parse(&serde_saphyr::from_str(retry).unwrap()).unwrap();
        let breaker = breaker.map(|yaml| {
            let template = BreakerTemplate::parse(&serde_saphyr::from_str(yaml).unwrap()).unwrap();
            Arc::new(Breaker::new("t", &template))
        });
        Policy { timeout: Some(Duration::from_secs(1)), retry: Some(Arc::new(retry)), breaker }
    }

    async fn count(policy: &Policy, status: u16) -> (u32, Failure<Status>) {
        let calls = Cell::new(0);
        let result = policy
            .run(|| async {
                calls.set(calls.get() + 1);
                Err::<(), _>(Status(status))
            })
            .await;
        (calls.get(), result.unwrap_err())
    }

    #[tokio::test(start_paused = true)]
    async fn listed_codes_are_repeated_and_others_are_not() {
        let retry = "{ duration: 1s, maxRetries: 2, matching: { httpStatusCodes: '500-599' } }";
        let policy = policy(retry, None);
        assert_eq!(count(&policy, 503).await.0, 3);
        assert_eq!(count(&policy, 400).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_breaker_ends_the_retry() {
        let policy =
            policy("{ duration: 1s, maxRetries: 9 }", Some("{ trip: consecutiveFailures >= 3 }"));
        let (calls, failure) = count(&policy, 500).await;
        assert_eq!(calls, 3);
        assert!(matches!(failure, Failure::Refused(Refused::Open)));
    }

    #[tokio::test(start_paused = true)]
    async fn each_attempt_has_its_own_time() {
        let policy = policy("{ duration: 1s, maxRetries: 2 }", None);
        let calls = Cell::new(0);
        let result = policy
            .run(|| async {
                calls.set(calls.get() + 1);
                tokio::time::sleep(Duration::from_secs(if calls.get() < 3 { 60 } else { 0 })).await;
                Ok::<_, Status>(())
            })
            .await;
        assert!(result.is_ok());
        assert_eq!(calls.get(), 3);
    }
}
